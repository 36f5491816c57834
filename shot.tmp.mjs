import { chromium } from 'playwright-core';
const [,, url, out, w='1400', h='1000', ...acts] = process.argv;
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] });
const p = await b.newPage({ viewport: { width: +w, height: +h } });
await p.goto(url); await p.waitForTimeout(2000);
for (const a of acts) { const [k, v] = a.split('='); if (k==='click') await p.click(v); if (k==='text') await p.getByText(v, {exact:false}).first().click(); if (k==='wait') await p.waitForTimeout(+v); }
await p.waitForTimeout(800);
await p.screenshot({ path: out }); await b.close();
