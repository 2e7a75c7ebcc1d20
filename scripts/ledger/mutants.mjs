/**
 * Finds the lines of a source that enforce a statement, by the id that they cite, and what disables each: a condition
 * that never holds, a check that is left out, a choice that is always made the same way.
 */
import ts from "typescript";
import { statementIds } from "./ledger.mjs";

/** A rule without a number is cited as its section, in a text of its own. */
const sections = /"(\d+(?:\.\d+)+)"/g;

/** A check that many packets share is given the statement. */
const givenStatements = /, (\w*[sS]tatement)[,)]/g;

/** What is left of a call when the check in it is taken out: by name, from its arguments and what it is called on. */
const inertCalls = {
  demandListed: ([, value]) => value,
  packetId: (_, receiver) => receiver && `${receiver}.twoByteInteger()`,
  topicName: ([id], receiver) => (receiver ? `${receiver}.text()` : `recurringText(${id})`),
  fixedFlags: ([, , decode]) => `({ checkFlags() {}, decode: ${decode} })`,
  decodeAcknowledgement: ([reader, type, , statement]) =>
    `decodeAcknowledgement(${reader}, ${type}, Array.from({ length: 256 }, (_, code) => code), ${statement})`,
  twoByteInteger: ([id]) => id && `twoByteInteger(${id})`,
  fourByteInteger: ([id]) => id && `fourByteInteger(${id})`,
};

const comparisons = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);
const choices = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

const replace = (node, text) => ({ start: node.getStart(), end: node.end, text });

function callMutants(node) {
  const callee = node.expression;
  const isMember = ts.isPropertyAccessExpression(callee);
  const inert = inertCalls[isMember ? callee.name.text : callee.getText()];
  const parts = node.arguments.map((argument) => argument.getText());
  const text = inert?.(parts, isMember ? callee.expression.getText() : undefined);
  return text === undefined ? [] : [replace(node, text)];
}

/** The ways to take a decision out of an expression. */
function expressionMutants(node) {
  if (ts.isParenthesizedExpression(node)) {
    return expressionMutants(node.expression);
  }
  if (ts.isConditionalExpression(node)) {
    return [replace(node, node.whenTrue.getText()), replace(node, node.whenFalse.getText())];
  }
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (choices.has(kind)) {
      if (ts.isLiteralExpression(node.right) || ts.isElementAccessExpression(node.left)) {
        // A default; without it there is nothing, which is no other decision, or a type has to be told that it never is so.
        return [replace(node, node.right.getText())];
      }
      return [replace(node, node.left.getText()), replace(node, node.right.getText())];
    }
    return comparisons.has(kind)
      ? [replace(node, "true"), replace(node, "false")]
      : [...expressionMutants(node.left), ...expressionMutants(node.right)];
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return [replace(node, "true"), replace(node, "false")];
  }
  if (ts.isArrowFunction(node)) {
    return ts.isBlock(node.body) ? node.body.statements.flatMap(statementMutants) : expressionMutants(node.body);
  }
  switch (node.kind) {
    case ts.SyntaxKind.CallExpression:
      return [...callMutants(node), ...node.arguments.filter(ts.isArrowFunction).flatMap(expressionMutants)];
    case ts.SyntaxKind.NumericLiteral:
      return [replace(node, `(${node.getText()} + 1)`)];
    case ts.SyntaxKind.StringLiteral:
      return [replace(node, '"disabled"')];
    case ts.SyntaxKind.TrueKeyword:
      return [replace(node, "false")];
    case ts.SyntaxKind.FalseKeyword:
      return [replace(node, "true")];
    default:
      return [];
  }
}

/** The `if` that decides whether a statement runs, where there is one in the same function. */
function guardOf(statement) {
  let node = statement.parent;
  while (ts.isBlock(node) && !ts.isFunctionLike(node.parent)) {
    node = node.parent;
  }
  return ts.isIfStatement(node) ? node : undefined;
}

const never = (node) => replace(node.expression, "false");

/** What a function gives back, decided otherwise; where it is a plain yes or no, always the same. */
function returnMutants({ parent, expression }) {
  if (expression === undefined) {
    return [];
  }
  const mutants = expressionMutants(expression);
  const isBoolean = parent.parent.type?.kind === ts.SyntaxKind.BooleanKeyword;
  return mutants.length === 0 && isBoolean ? [replace(expression, "true"), replace(expression, "false")] : mutants;
}

function statementMutants(node) {
  if (ts.isIfStatement(node)) {
    return [never(node)];
  }
  if (ts.isThrowStatement(node) || ts.isReturnStatement(node)) {
    const guard = guardOf(node);
    if (guard !== undefined) {
      return [never(guard)];
    }
    return ts.isThrowStatement(node) ? [replace(node, ";")] : returnMutants(node);
  }
  if (ts.isExpressionStatement(node)) {
    const { expression } = node;
    const isAssignment = ts.isBinaryExpression(expression) && !choices.has(expression.operatorToken.kind);
    const parts = isAssignment ? expressionMutants(expression.right) : [];
    return parts.length > 0 ? parts : [replace(node, ";")];
  }
  if (ts.isVariableStatement(node)) {
    const guard = guardOf(node);
    if (guard !== undefined) {
      return [never(guard)];
    }
    return node.declarationList.declarations.flatMap(({ initializer }) =>
      initializer === undefined ? [] : expressionMutants(initializer),
    );
  }
  if (ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)) {
    return node.initializer === undefined ? [] : expressionMutants(node.initializer);
  }
  if (ts.isFunctionLike(node)) {
    return node.body === undefined ? [] : (node.body.statements ?? []).flatMap(statementMutants);
  }
  if (ts.isIterationStatement(node, false) && ts.isBlock(node.statement)) {
    return node.statement.statements.flatMap(statementMutants);
  }
  return ts.isExpression(node) ? expressionMutants(node) : [];
}

const isPlace = (node) =>
  ts.isStatement(node) ? !ts.isBlock(node) : ts.isClassElement(node) || ts.isObjectLiteralElement(node);

/** The innermost node that `test` accepts and that holds a position, or else ends on it. */
function findInnermost(source, position, test) {
  let found;
  const visit = (node) => {
    if (node.getFullStart() <= position && position <= node.end) {
      found = test(node) ? node : found;
      ts.forEachChild(node, visit);
    }
  };
  visit(source);
  return found;
}

/** What a comment speaks of: the code before it in its line, or else what follows it. */
function subjectOfComment(source, position) {
  const { line } = source.getLineAndCharacterOfPosition(position);
  const lineStart = source.getPositionOfLineAndCharacter(line, 0);
  const before = source.text.slice(lineStart, position);
  const code = /^\s*(?!\s|\/\/|\/\*|\*)/.exec(before);
  if (code !== null && code[0].length < before.length) {
    return findInnermost(source, lineStart + code[0].length, isPlace);
  }
  return findInnermost(source, position, (node) => isPlace(node) && node.getStart() > position);
}

/** What disables the subject of a comment; where that decides nothing, what stands after it in the same block. */
function commentMutants(source, position) {
  const subject = subjectOfComment(source, position);
  if (subject === undefined || ts.isImportDeclaration(subject) || ts.isClassDeclaration(subject)) {
    return [];
  }
  const siblings = ts.isBlock(subject.parent) ? subject.parent.statements : [subject];
  const following = siblings.slice(siblings.indexOf(subject)).map(statementMutants);
  return following.find((mutants) => mutants.length > 0) ?? [];
}

/** What disables the code that cites an id at a position; nothing where the citation only explains. */
function mutantsAt(source, position) {
  const literal = findInnermost(source, position, ts.isStringLiteral);
  if (literal === undefined || position < literal.getStart()) {
    return commentMutants(source, position);
  }
  const statement = findInnermost(source, position, (node) => ts.isStatement(node) && !ts.isBlock(node));
  const inert = ts.isCallExpression(literal.parent) ? callMutants(literal.parent) : [];
  if (inert.length > 0) {
    return inert;
  }
  if (ts.isThrowStatement(statement) || ts.isExpressionStatement(statement)) {
    return statementMutants(statement);
  }
  const guard = guardOf(statement);
  return [replace(literal, '"disabled"'), ...(guard === undefined ? [] : [never(guard)])];
}

/** A check that throws for a statement that it was given. */
function givenStatementMutants(source, position) {
  const statement = findInnermost(source, position, (node) => ts.isStatement(node) && !ts.isBlock(node));
  return statement !== undefined && ts.isThrowStatement(statement) ? statementMutants(statement) : [];
}

/** Everything that can be disabled in a source: the ids, the place, and the text that takes the place of another. */
export function findMutants(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const citations = [
    ...[...text.matchAll(statementIds)].map((match) => ({ id: match[0], position: match.index, find: mutantsAt })),
    ...[...text.matchAll(sections)].map((match) => ({ id: match[1], position: match.index + 1, find: mutantsAt })),
    ...[...text.matchAll(givenStatements)].map((match) => ({
      id: match[1],
      position: match.index + 2,
      find: givenStatementMutants,
    })),
  ];
  const mutants = new Map();
  for (const { id, position, find } of citations) {
    for (const { start, end, text: replacement } of find(source, position)) {
      const key = `${start} ${end} ${replacement}`;
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      const known = mutants.get(key) ?? { ids: new Set(), file, line, start, end, replacement };
      known.ids.add(id);
      mutants.set(key, known);
    }
  }
  return [...mutants.values()].map((mutant) => ({
    ...mutant,
    ids: [...mutant.ids],
    text,
    original: text.slice(mutant.start, mutant.end),
    mutated: text.slice(0, mutant.start) + mutant.replacement + text.slice(mutant.end),
  }));
}

/** True when a text can be read as TypeScript; what cannot would make every test fail for the wrong reason. */
export function isReadable(file, text) {
  const { diagnostics } = ts.transpileModule(text, { fileName: file, reportDiagnostics: true });
  return diagnostics.length === 0;
}
