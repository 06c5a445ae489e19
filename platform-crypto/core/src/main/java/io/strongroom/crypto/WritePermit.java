package io.strongroom.crypto;

/**
 * What a message that is being written asks before it encrypts. Safe for use by several threads.
 */
final class WritePermit {
  private final SnapshotGuard guard;
  private final long epoch;
  private final DataKey dataKey;

  /**
   * A permit.
   *
   * @param epoch the guard's, taken before the message's id and data key were
   * @param dataKey may be closed
   */
  WritePermit(SnapshotGuard guard, long epoch, DataKey dataKey) {
    this.guard = guard;
    this.epoch = epoch;
    this.dataKey = dataKey;
  }

  /**
   * Before plaintext gets its place in the message. What follows it may come from outside the
   * process's memory, so that twins of the process would go on differently.
   *
   * @throws CryptoException CHECKPOINT_PASSED when the message may not be continued
   */
  void frames(long bytes) {
    require(!SnapshotGuard.checkpointing(epoch));
    oneShot(bytes);
  }

  /**
   * Before a whole plaintext that is in memory. Twins of the process that continue from here write
   * the same bytes, so this is allowed while a checkpoint is being taken.
   *
   * @throws CryptoException CHECKPOINT_PASSED when the message may not be continued
   */
  void oneShot(long bytes) {
    require(guard.epoch() == epoch);
    dataKey.used(bytes);
  }

  private static void require(boolean permitted) {
    if (!permitted) {
      throw new CryptoException(
          CryptoErrorCode.CHECKPOINT_PASSED,
          "the message was begun before or during a checkpoint of the process");
    }
  }
}
