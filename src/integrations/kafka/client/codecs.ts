import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import snappy from 'kafkajs-snappy';

const { CompressionCodecs, CompressionTypes } = kafkajs;

const compressZstd = promisify(zstdCompress);
const decompressZstd = promisify(zstdDecompress);

/** Native code: loaded with the first message that wants it. */
const lz4 = () => import('lz4-napi');

/**
 * Teaches kafkajs what it lacks: snappy, lz4 and zstd. Without them one such message stops the consumer for good.
 * The table is the library's own and global; setting it twice is harmless.
 */
export const registerCodecs = (): void => {
  CompressionCodecs[CompressionTypes.Snappy] = snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: async (encoder: { buffer: Buffer }) => (await lz4()).compressFrame(encoder.buffer),
    decompress: async (buffer: Buffer) => (await lz4()).decompressFrame(buffer),
  });
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: (encoder: { buffer: Buffer }) => compressZstd(encoder.buffer),
    decompress: (buffer: Buffer) => decompressZstd(buffer),
  });
};
