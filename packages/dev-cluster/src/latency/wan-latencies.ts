import { createMatrix, type LatencyMatrix } from './latency-matrix.js'

/** Between two zones of a region; AWS promises single-digit milliseconds, and measurements are around one. */
const WITHIN_REGION_MS = 1

const awsRegions = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'eu-central-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'sa-east-1',
] as const

/**
 * Round trips in milliseconds between regions of AWS, averages of a day, each to the regions after it in the list. A public measurement of
 * 2017, rounded; the routes are the same today, and some a few milliseconds shorter.
 * Source: https://acomputerscientistlearnsaws.blogspot.com/2017/04/aws-regions.html
 */
const awsRoundTrips: readonly (readonly number[])[] = [
  [72, 88, 81, 89, 145, 178, 217, 230, 120],
  [19, 153, 167, 103, 132, 174, 158, 193],
  [137, 160, 89, 118, 161, 162, 183],
  [20, 212, 242, 239, 310, 191],
  [237, 266, 326, 323, 195],
  [31, 74, 104, 257],
  [72, 134, 286],
  [175, 328],
  [323],
]

/**
 * Between the regions of Google Cloud that `cockroach demo --global` simulates, with its figures (cloudping.co, 2019).
 * Source: https://github.com/cockroachdb/cockroach/blob/45ec171394f52e536d90914360dc296566b8aa0c/pkg/cli/democluster/region_latencies.go
 */
const gcpRoundTrips = [
  ['us-east1', 'us-west1', 66],
  ['us-east1', 'europe-west1', 64],
  ['us-west1', 'europe-west1', 146],
] as const

/** `--latency wan`: round trips that were measured between real regions. */
export const wanLatencies: LatencyMatrix = createMatrix('wan', [...awsPairs(), ...gcpRoundTrips], WITHIN_REGION_MS)

function awsPairs(): (readonly [string, string, number])[] {
  return awsRegions.flatMap((region, at) =>
    awsRegions.slice(at + 1).map((other, ahead) => [region, other, awsRoundTrips[at]?.[ahead] ?? 0] as const),
  )
}
