/** Node with a server that answers its probe, and nothing else: what no farmhand can be below. Argument: the port. */
import { createServer } from 'node:http';

const [port = 0] = process.argv.slice(2).map(Number);
createServer((_, response) => response.end('ok\n')).listen(port, '127.0.0.1', () => console.log('listening'));
