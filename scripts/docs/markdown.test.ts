import { expect, test } from "vitest";
import { anchorsOf, fencesOf, linksOf } from "./markdown.ts";
import { fillParts } from "./marked.ts";

const page = `# A page: of \`code\`, and [links](a.md)

[one](b.md#there "title") and \`[no](c.md)\` and ![picture](d/e.svg) and [web](https://example.org)

\`\`\`yaml fragment
# no heading
a: [1](x.md)
\`\`\`

## Twice
## Twice
`;

test("fences carry their language, their mark and where they are", () => {
  expect(fencesOf(page)).toEqual([
    { language: "yaml", mark: "fragment", text: "# no heading\na: [1](x.md)\n", line: 5 },
  ]);
});

test("anchors are those that code hosts make", () => {
  expect([...anchorsOf(page)]).toEqual(["a-page-of-code-and-links", "twice", "twice-1"]);
});

test("links are those of the prose that stay in the repository", () => {
  expect(linksOf(page)).toEqual(["a.md", "b.md#there", "d/e.svg"]);
});

test("a script fills the parts of its kind and leaves all else", () => {
  const marked = "x\n<!-- a:one -->\nold\n<!-- end -->\n<!-- b:two -->\nkept\n<!-- end -->\n";
  expect(fillParts(marked, "a", (name) => `new ${name}`)).toBe(
    "x\n<!-- a:one -->\nnew one\n<!-- end -->\n<!-- b:two -->\nkept\n<!-- end -->\n",
  );
  expect(fillParts("<!-- a:x -->\n<!-- end -->", "a", () => "y")).toBe(
    "<!-- a:x -->\ny\n<!-- end -->",
  );
});
