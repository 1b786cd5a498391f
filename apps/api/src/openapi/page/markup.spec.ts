import { html, phrase, prose } from './markup.js';

describe('html', () => {
  it('escapes everything that is put into it', () => {
    expect(html`<a title="${'"<b>&'}"></a>`.text).toBe('<a title="&quot;&lt;b&gt;&amp;"></a>');
  });

  it('takes HTML as it is, one piece or many, and nothing for undefined', () => {
    expect(html`<p>${html`<b>1</b>`}${[html`<i>2</i>`, html`<u>3</u>`]}${undefined}${7}</p>`.text).toBe(
      '<p><b>1</b><i>2</i><u>3</u>7</p>',
    );
  });
});

describe('prose', () => {
  it('shows what stands between backticks as code, escaped too', () => {
    expect(html`${phrase('Send `<x>` & go')}`.text).toBe('Send <code>&lt;x&gt;</code> &amp; go');
  });

  it('begins a paragraph at an empty line', () => {
    expect(html`${prose('one\ntwo\n\nthree')}`.text).toBe('<p>one\ntwo</p><p>three</p>');
  });
});
