/** Asks for the user name and the password of a broker that wants them. They stay in this page. */
const byId = (id) => document.getElementById(id);

export function askForCredentials() {
  const form = byId("credentials");
  form.hidden = false;
  return new Promise((resolve) => {
    form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        resolve({ username: byId("username").value, password: byId("password").value });
        form.remove();
      },
      { once: true },
    );
  });
}
