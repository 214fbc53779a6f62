/** A fenced block of a page: "```yaml fragment" has the language "yaml" and the mark "fragment". */
export interface Fence {
  readonly language: string;
  readonly mark: string;
  readonly text: string;
  /** Of the line that opens it, from 1. */
  readonly line: number;
}

export function fencesOf(page: string): Fence[] {
  const fences: Fence[] = [];
  let open: { language: string; mark: string; line: number; body: string[] } | undefined;
  for (const [index, text] of page.split("\n").entries()) {
    const fence = /^```(\S*) *(.*)$/.exec(text);
    if (open !== undefined && fence !== null) {
      const { language, mark, line, body } = open;
      fences.push({ language, mark, line, text: body.map((each) => `${each}\n`).join("") });
      open = undefined;
    } else if (open !== undefined) {
      open.body.push(text);
    } else if (fence !== null) {
      const [, language = "", mark = ""] = fence;
      open = { language, mark, line: index + 1, body: [] };
    }
  }
  return fences;
}

function withoutFences(page: string): string {
  return page.replace(/^```[\s\S]*?^```$/gm, "");
}

/** The anchors of a page's headings, as code hosts make them: a repeated one gets a number. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const [, heading = ""] of withoutFences(page).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const base = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    anchors.add(count === 0 ? base : `${base}-${count}`);
  }
  return anchors;
}

/** Targets of links and pictures, without those that leave the repository. */
export function linksOf(page: string): string[] {
  const prose = withoutFences(page).replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}
