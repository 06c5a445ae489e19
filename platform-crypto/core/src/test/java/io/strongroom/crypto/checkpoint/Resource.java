package io.strongroom.crypto.checkpoint;

/** Hears of checkpoints. */
public interface Resource {
  void beforeCheckpoint(Context<? extends Resource> context) throws Exception;

  void afterRestore(Context<? extends Resource> context) throws Exception;
}
