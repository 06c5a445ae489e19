package io.strongroom.storage.parquet;

import java.util.Optional;

/**
 * What is known about a file when its last byte was written.
 *
 * @param rows how many rows it holds
 * @param bytes its size
 * @param sha256 SHA-256 of all its bytes, as stored (encrypted where the file is), lower-case hex
 * @param footerSha256 SHA-256 of its footer: the last {@code n + 8} bytes, where {@code n} is the
 *     footer length that stands eight bytes before the end; lower-case hex
 * @param contentDigest of its rows, when {@link ParquetFiles#withContentDigest} asked for it
 */
public record ParquetFileFacts(
    long rows,
    long bytes,
    String sha256,
    String footerSha256,
    Optional<ContentDigest> contentDigest) {

  /** Of a file whose content digest was not asked for. */
  public ParquetFileFacts(long rows, long bytes, String sha256, String footerSha256) {
    this(rows, bytes, sha256, footerSha256, Optional.empty());
  }
}
