package io.strongroom.storage.parquet;

/**
 * What is known about a file when its last byte was written.
 *
 * @param rows how many rows it holds
 * @param bytes its size
 * @param sha256 SHA-256 of all its bytes, as stored (encrypted where the file is), lower-case hex
 * @param footerSha256 SHA-256 of its footer: the last {@code n + 8} bytes, where {@code n} is the
 *     footer length that stands eight bytes before the end; lower-case hex
 */
public record ParquetFileFacts(long rows, long bytes, String sha256, String footerSha256) {}
