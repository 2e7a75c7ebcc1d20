/** Where the pages of the project are, and what is read out of them: their prose, links, code spans and tables. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { root } from "./packages.mjs";

/** Folders without a page of ours: what is installed, built or cached. */
const foreign = /^(node_modules|dist|test-results|playwright-report|\..*)$/;

/** All pages below a folder, relative to the root. */
export function pagesBelow(folder = "") {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      return foreign.test(entry.name) ? [] : pagesBelow(file);
    }
    return file.endsWith(".md") ? [file] : [];
  });
}

/** A page without its blocks of code. The lines stay, so that they keep their numbers. */
const withoutCodeBlocks = (text) => text.replaceAll(/^( *)(```+|~~~+)[^]*?^\1\2/gm, (it) => it.replaceAll(/.+/g, ""));

const codeSpan = /`([^`\n]+)`/g;
const inlineLink = /\]\(<?([^()\s<>]+)/g;
const linkDefinition = /^ *\[[^\]]+\]: *<?([^\s<>]+)/gm;

/** All that an expression with one group finds in a text: `found`, and the `line` where it stands. */
const findAll = (text, expression) =>
  [...text.matchAll(expression)].map(({ index, 1: found }) => ({
    found,
    line: text.slice(0, index).split("\n").length,
  }));

/** Where the links of a page lead to. */
export function linksOf(text) {
  const prose = withoutCodeBlocks(text).replaceAll(codeSpan, "");
  return [...findAll(prose, inlineLink), ...findAll(prose, linkDefinition)];
}

/** What stands in backticks in the prose of a page. */
export const codeSpansOf = (text) => findAll(withoutCodeBlocks(text), codeSpan);

/** The cells of a line of a table. A cell may hold a pipe, written `\|`. */
export const cellsOf = (line) =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
