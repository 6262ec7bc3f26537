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
  code { font-size: 13px; overflow-wrap: anywhere }
  td:last-child { text-align: right; white-space: nowrap }
  button { font: inherit; font-size: 13px; margin-left: .25rem }
  .live { color: #2a8a4a } .draining { color: #b07a00 } .down, .partitioned, .decommissioned, .isolated { color: #c0392b }
</style>
<h1>Cerci dev cluster</h1>
<p>For development and tests only.</p>
<p><code id="url"></code></p>
<p class="down" role="status"><span id="message"></span> <span id="lost"></span></p>
<table>
  <thead><tr><th>Node<th>Region, zone<th>Address<th>State<th></tr></thead>
  <tbody id="nodes"></tbody>
</table>
<p><button id="add">add a node</button></p>
<h2>Regions</h2>
<table>
  <thead><tr><th>Region<th>Nodes<th>State<th></tr></thead>
  <tbody id="regions"></tbody>
</table>
<p>Latency: <code id="latency"></code>. Set it to <button id="none">none</button><button id="wan">wan</button></p>
<h2>Faults</h2>
<ul id="faults"></ul>
<p id="no-faults">None. See docs/faults.md, or <code>cerci fault --help</code>.</p>
<script>
  const byId = id => document.getElementById(id)
  const element = (name, text, className = '') => Object.assign(document.createElement(name), { textContent: text, className })
  const actions = {
    live: ['kill', 'drain', 'partition', 'decommission'], draining: ['kill', 'start'], down: ['start'],
    partitioned: ['heal', 'kill'], decommissioning: [], decommissioned: [],
  }

  async function ask(path, method = 'GET', body) {
    const response = await fetch(path, { method, ...(body && { body: JSON.stringify(body) }) })
    const answer = await response.json()
    if (answer.error) throw new Error(answer.error.message)
    return answer
  }

  // What was refused stays to be read until something else is tried.
  function act(path, method, body) {
    byId('message').textContent = ''
    return ask(path, method, body).then(refresh, error => { byId('message').textContent = error.message })
  }

  function buttonsFor(path, names) {
    const cell = element('td', '')
    for (const action of names) {
      const button = element('button', action)
      button.onclick = () => act(path + '/' + action, 'POST')
      cell.append(button)
    }
    return cell
  }

  function regionRow(region) {
    const state = region.isolated ? 'isolated' : 'connected'
    const row = element('tr', '')
    row.append(
      element('td', region.name), element('td', region.nodes.join(', ')), element('td', state, state),
      buttonsFor('/api/regions/' + encodeURIComponent(region.name), [region.isolated ? 'heal' : 'partition', 'kill', 'start']))
    return row
  }

  byId('add').onclick = () => act('/api/nodes', 'POST', {})
  for (const latency of ['none', 'wan'])
    byId(latency).onclick = () => act('/api/latency', 'PUT', { latency })

  function row(node) {
    const state = node.membership !== 'active' ? node.membership : node.partitioned ? 'partitioned' : node.state
    const buttons = buttonsFor('/api/nodes/' + node.id, actions[state])
    const row = element('tr', '')
    row.append(
      element('td', node.id), element('td', node.region + ', ' + node.zone),
      element('td', node.host + ':' + node.port), element('td', state, state), buttons)
    return row
  }

  // Only what has changed is drawn anew: a button that has the focus keeps it.
  let drawn = ''

  async function refresh() {
    try {
      const all = await Promise.all(['nodes', 'faults', 'regions', 'latency'].map(what => ask('/api/' + what)))
      byId('lost').textContent = ''
      const text = JSON.stringify(all)
      if (text !== drawn) draw(...all)
      drawn = text
    } catch (error) {
      byId('lost').textContent = 'The cluster does not answer: ' + error.message
    }
  }

  function draw(cluster, { rules }, { regions }, { latency }) {
    byId('url').textContent = cluster.url
    byId('nodes').replaceChildren(...cluster.nodes.map(row))
    byId('regions').replaceChildren(...regions.map(regionRow))
    byId('latency').textContent = latency
    byId('faults').replaceChildren(...rules.map(rule =>
      element('li', rule.id + ': ' + rule.effect.kind + ' at ' + rule.stage + ', ' + rule.hits + ' hits')))
    byId('no-faults').hidden = rules.length > 0
  }

  refresh()
  setInterval(refresh, 1000)
</script>
</html>
`
