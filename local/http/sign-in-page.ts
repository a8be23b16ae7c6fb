import type { Person } from './person.ts';

const NOTICES = {
  wrong: '账号或密码不正确。 The name or the password is wrong.',
  expired: '登录已过期，请返回重试。 This sign-in has expired: go back and begin again.',
};

export const SIGN_IN_STYLE = `
body { font: 18px/1.6 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; color: #1b1b1b; }
label { display: block; margin: 1rem 0; }
input, button { font: inherit; width: 100%; min-height: 60px; padding: 0 1rem; box-sizing: border-box; }
button { background: #0b5d3b; color: #fff; border: 0; border-radius: 6px; }
[role=alert] { border-left: 6px solid #a40000; padding-left: 1rem; }
td { padding-right: 1rem; }`;

/** The local issuer's sign-in form. It shows the demo people: there is nothing behind them to protect. */
export function signInPage(people: readonly Person[], notice: keyof typeof NOTICES | undefined): string {
  const rows = people.map(
    ({ login, password, name }) =>
      `<tr><td>${asText(name)}</td><td><code>${asText(login)}</code></td><td><code>${asText(password)}</code></td></tr>`,
  );
  const form = `<form method="post">
<label>账号 Name <input name="login" autocomplete="username" required autofocus></label>
<label>密码 Password <input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">登录 Sign in</button></form>
<h2>演示账号 Demo accounts</h2><table>${rows.join('')}</table>`;
  return `<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>登录 Sign in</title><style>${SIGN_IN_STYLE}</style><h1>登录 Sign in</h1>
${notice === undefined ? '' : `<p role="alert">${NOTICES[notice]}</p>`}${notice === 'expired' ? '' : form}</html>`;
}

function asText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
