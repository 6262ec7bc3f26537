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

/**
 * A function for the shell: `unpack TEMPLATE DATA` makes a data folder that PostgreSQL starts from. It is filled aside and
 * renamed, so that half of one never has the name.
 */
export const unpackFunction: string = `
unpack() {
  rm -rf "$2.new" && ${copy} "$1" "$2.new" || return
  while read -r folder; do mkdir -p "$2.new/$folder" || return; done <"$2.new/${FOLDERS_FILE}"
  while read -r database; do
    ${copy} "$2.new/${TEMPLATE1_FOLDER}" "$2.new/base/$database" || return
  done <"$2.new/${DATABASES_FILE}"
  mv "$2.new" "$2"
}
`
