/** The page at `/`: the nodes as they are, and what can be done to them. It loads nothing from elsewhere. */
export const statusPage: string = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Cerci dev cluster</title>
<style>
  :root { color-scheme: light dark }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #8884 }
  code { font-size: 13px }
  button { font: inherit; font-size: 13px; margin-right: .25rem }
  .live { color: #2a8a4a } .draining { color: #b07a00 } .down, .partitioned { color: #c0392b }
</style>
<h1>Cerci dev cluster</h1>
<p>For development and tests only. <code id="url"></code></p>
<table>
  <thead><tr><th>Node<th>Region, zone<th>Address<th>State<th></tr></thead>
  <tbody id="nodes"></tbody>
</table>
<h2>Faults</h2>
<ul id="faults"></ul>
<p id="message" role="status"></p>
<script>
  const byId = id => document.getElementById(id)
  const element = (name, text, className = '') => Object.assign(document.createElement(name), { textContent: text, className })
  const actions = { live: ['kill', 'drain', 'partition'], draining: ['kill', 'start'], down: ['start'] }

  async function ask(path, method = 'GET') {
    const response = await fetch(path, { method })
    const body = await response.json()
    if (body.error) throw new Error(body.error.message)
    return body
  }

  function row(node) {
    const state = node.partitioned ? 'partitioned' : node.state
    const buttons = element('td', '')
    for (const action of node.partitioned ? ['heal', 'kill'] : actions[node.state]) {
      const button = element('button', action)
      button.onclick = () => ask('/api/nodes/' + node.id + '/' + action, 'POST').then(refresh, show)
      buttons.append(button)
    }
    const row = element('tr', '')
    row.append(
      element('td', node.id), element('td', node.region + ', ' + node.zone),
      element('td', node.host + ':' + node.port), element('td', state, state), buttons)
    return row
  }

  const show = error => { byId('message').textContent = error ? error.message : '' }

  async function refresh() {
    try {
      const [cluster, faults] = await Promise.all([ask('/api/nodes'), ask('/api/faults')])
      byId('url').textContent = cluster.url
      byId('nodes').replaceChildren(...cluster.nodes.map(row))
      byId('faults').replaceChildren(...faults.rules.map(rule =>
        element('li', rule.id + ': ' + rule.effect.kind + ' at ' + rule.stage + ', ' + rule.hits + ' hits')))
      show()
    } catch (error) {
      show(error)
    }
  }
  refresh()
  setInterval(refresh, 1000)
</script>
</html>
`
