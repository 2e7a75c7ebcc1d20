/**
 * The lint rules of this project that no package offers: file names in kebab-case, and no barrels.
 */
import path from "node:path";

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.(spec|e2e|config|d))?\.ts$/;

const kebabCaseFile = {
  meta: { type: "suggestion", schema: [], messages: { name: "A file name is in kebab-case, not {{ name }}." } },
  create: (context) => ({
    Program(node) {
      const name = path.basename(context.filename);
      if (!kebabCase.test(name)) {
        context.report({ node, messageId: "name", data: { name } });
      }
    },
  }),
};

/** The names that a file imports, types among them. */
const importedNames = (statements) =>
  new Set(
    statements
      .filter((it) => it.type === "ImportDeclaration")
      .flatMap((it) => it.specifiers.map((specifier) => specifier.local.name)),
  );

/** Reports what a file exports without defining it: `export … from`, and an import that is exported by name. */
const noBarrel = {
  meta: {
    type: "suggestion",
    schema: [],
    messages: { barrel: "Import from the file that defines a thing; only a package's entries pass things on." },
  },
  create: (context) => ({
    Program({ body }) {
      const imported = importedNames(body);
      for (const statement of body.filter((it) => it.type === "ExportNamedDeclaration")) {
        const isPassedOn = statement.source !== null || statement.specifiers.some((it) => imported.has(it.local.name));
        if (isPassedOn) {
          context.report({ node: statement, messageId: "barrel" });
        }
      }
    },
  }),
};

export const project = { rules: { "kebab-case-file": kebabCaseFile, "no-barrel": noBarrel } };
