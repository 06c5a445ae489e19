package io.strongroom.storage.aws.s3;

import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;

/** What S3 checks the bytes of every write against, and keeps with the object. */
public enum S3Checksum {
  /** CRC-32C: fast, finds what a network or a disk does to bytes. */
  CRC32C(ChecksumAlgorithm.CRC32_C),
  /** SHA-256, for who must show a digest that S3 itself computed; slower. */
  SHA256(ChecksumAlgorithm.SHA256);

  private final ChecksumAlgorithm algorithm;

  S3Checksum(ChecksumAlgorithm algorithm) {
    this.algorithm = algorithm;
  }

  ChecksumAlgorithm algorithm() {
    return algorithm;
  }
}
