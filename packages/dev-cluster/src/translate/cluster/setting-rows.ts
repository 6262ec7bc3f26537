import { type ClusterSettingType, clusterSettings } from '../../topology/cluster-settings.js'
import type { TranslateContext } from '../translate-context.js'
import type { ClusterValue } from './cluster-relation.js'

/** The letters by which crdb_internal.cluster_settings names types. */
const typeLetters: Readonly<Record<ClusterSettingType, string>> = {
  boolean: 'b',
  duration: 'd',
  enumeration: 'e',
  float: 'f',
  integer: 'i',
  size: 'z',
  string: 's',
  version: 'm',
}

/** variable, value, type, public, description, default_value, origin. */
export function clusterSettingRows({ cluster }: TranslateContext): readonly (readonly ClusterValue[])[] {
  return clusterSettings.map(setting => {
    const value = cluster.settings.get(setting.name) ?? setting.default
    const origin = value === setting.default ? 'default' : 'override'
    return [setting.name, value, typeLetters[setting.type], true, '', setting.default, origin]
  })
}
