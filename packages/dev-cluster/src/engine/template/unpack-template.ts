/** A file of the template, and of what is unpacked from it: says what it was made of. */
export const KEY_FILE = 'cerci-template'
/** A file of the template: the databases whose folders are copies of template1's, one a line. */
export const DATABASES_FILE = 'cerci-databases'
/** A file of the template: its folders that are empty, which an npm package cannot hold, one a line. */
export const FOLDERS_FILE = 'cerci-folders'
/** The folder of template1, whose number is the same everywhere. */
export const TEMPLATE1_FOLDER = 'base/1'

/** macOS then shares the blocks of both until one is written to. */
const copy = process.platform === 'darwin' ? 'cp -Rc' : 'cp -R'

/** Exit status where the data folder could not be filled, although the whole template can be read. */
export const COPY_FAILED = 90
/** Exit status where the template cannot be read. */
export const TEMPLATE_UNREADABLE = 91

/**
 * A function for the shell: `unpack TEMPLATE DATA` makes a data folder that PostgreSQL starts from. It is filled aside and
 * renamed, so that half of one never has the name.
 */
export const unpackFunction: string = `
unpack() {
  fill "$1" "$2.new" && mv "$2.new" "$2" && return
  cat "$1/${FOLDERS_FILE}" "$1/${DATABASES_FILE}" >/dev/null &&
    find "$1" "$1/${TEMPLATE1_FOLDER}" -type f -exec cat {} + >/dev/null && return ${COPY_FAILED}
  return ${TEMPLATE_UNREADABLE}
}
fill() {
  rm -rf "$2" && ${copy} "$1" "$2" || return
  while read -r folder; do mkdir -p "$2/$folder" || return; done <"$2/${FOLDERS_FILE}"
  while read -r database; do
    ${copy} "$2/${TEMPLATE1_FOLDER}" "$2/base/$database" || return
  done <"$2/${DATABASES_FILE}"
}
`
