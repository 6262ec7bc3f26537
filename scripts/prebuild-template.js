/**
 * Makes the template that dev clusters start from, after the build and for the platform it runs on. Where that cannot be, nothing fails:
 * the first start makes it then.
 */
import { prebuildTemplate } from '../packages/dev-cluster/dist/engine/template/prebuild-template.js'

try {
  await prebuildTemplate()
} catch (error) {
  console.error(
    `The dev cluster's template was not made in advance: ${error instanceof Error ? error.message : String(error)}`,
  )
}
