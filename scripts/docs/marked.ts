/**
 * Parts of a page that a script writes stand between two comments:
 *
 *     <!-- options:faults.latency -->
 *     ...
 *     <!-- end -->
 *
 * The word before the colon says which script fills the part, the text after it what with.
 */
const PART = /^(<!-- ([a-z]+):([^\n]*?) -->\n)[\s\S]*?^(<!-- end -->)/gm;

/** Fills every part of one kind; leaves the others as they are. */
export function fillParts(page: string, kind: string, write: (name: string) => string): string {
  return page.replace(PART, (whole, begin: string, found: string, name: string, end: string) =>
    found === kind ? `${begin}${write(name)}\n${end}` : whole,
  );
}
