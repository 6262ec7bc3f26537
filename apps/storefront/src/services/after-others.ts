import { StorefrontError } from '../errors/storefront-error.js'

/**
 * Runs a batch that is committed by itself. If it fails, what earlier ones have written stays written, and whoever asked must not be told that nothing was:
 * then it throws `outcome-unknown` with that as its detail.
 *
 * @param written what earlier batches have written; undefined when nothing
 */
export async function afterOthers<Result>(written: string | undefined, batch: Promise<Result>): Promise<Result> {
  try {
    return await batch
  } catch (cause) {
    if (written === undefined) throw cause
    throw new StorefrontError('outcome-unknown', { detail: `${written} The same request again goes on.`, cause })
  }
}
