import { spawn } from 'node:child_process';

/**
 * OpenSSH's SFTP server with some answers changed. Arguments: `<request>=<status>` answers a request (its number in
 * the protocol, or `link`) by a status instead of doing it; `short-reads` gives half of what is asked for; `end-early` says
 * that a file ends where it doesn't; `other-size` says of open files that they are a byte larger.
 */

const faults = process.argv.slice(2);
const answers = new Map(faults.map((fault) => fault.split('=')).map(([request, status]) => [request, Number(status)]));
const [read, fstat, statusReply, dataReply, attrsReply] = [5, 8, 101, 103, 105];

const server = spawn('/usr/lib/openssh/sftp-server', { stdio: ['pipe', 'pipe', 'inherit'] });
const requested = new Map<number, number>();

passPackets(process.stdin, (packet) => {
  const [type = 0, id] = [packet[4], packet.readUInt32BE(5)];
  requested.set(id, type);
  const isLink = packet.includes('hardlink@openssh.com');
  const status = answers.get(isLink ? 'link' : String(type));
  if (status === undefined || Number.isNaN(status)) server.stdin.write(packet);
  else process.stdout.write(statusPacket(id, status));
});
passPackets(server.stdout, (packet) => process.stdout.write(changed(packet)));
process.stdin.on('end', () => server.stdin.end());

function changed(packet: Buffer): Buffer {
  const [type, id] = [packet[4], packet.readUInt32BE(5)];
  if (type === dataReply && requested.get(id) === read) {
    if (faults.includes('end-early')) return statusPacket(id, 1);
    if (faults.includes('short-reads'))
      return dataPacket(id, packet.subarray(13, 13 + Math.ceil((packet.length - 13) / 2)));
  }
  if (type === attrsReply && requested.get(id) === fstat && faults.includes('other-size')) {
    packet.writeBigUInt64BE(packet.readBigUInt64BE(13) + 1n, 13);
  }
  return packet;
}

function dataPacket(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(9 + data.length, 0);
  head[4] = dataReply;
  head.writeUInt32BE(id, 5);
  head.writeUInt32BE(data.length, 9);
  return Buffer.concat([head, data]);
}

/** With an empty message and language. */
function statusPacket(id: number, status: number): Buffer {
  const packet = Buffer.alloc(4 + 1 + 4 + 4 + 4 + 4);
  packet.writeUInt32BE(packet.length - 4, 0);
  packet[4] = statusReply;
  packet.writeUInt32BE(id, 5);
  packet.writeUInt32BE(status, 9);
  return packet;
}

function passPackets(from: NodeJS.ReadableStream, pass: (packet: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  from.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0);
      pass(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
}
