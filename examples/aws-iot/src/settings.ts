/** What the environment says; a program without one of its settings ends with the setting's name. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`Set ${name}; README.md says what it is.`);
  }
  return value;
}
