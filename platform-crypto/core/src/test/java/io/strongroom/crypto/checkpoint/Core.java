package io.strongroom.crypto.checkpoint;

/** Takes checkpoints that keep the process running. */
public final class Core {
  private static final Context<Resource> GLOBAL = new Context<>();

  private Core() {}

  public static Context<Resource> getGlobalContext() {
    return GLOBAL;
  }

  public static void checkpointRestore() throws CheckpointException {
    try {
      GLOBAL.checkpoint();
    } catch (Exception failed) {
      throw new CheckpointException(failed);
    }
  }
}
