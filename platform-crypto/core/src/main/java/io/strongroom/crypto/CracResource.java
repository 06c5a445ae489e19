package io.strongroom.crypto;

import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;

/** Tells a guard of checkpoints. Loaded only where {@code org.crac} is there. */
final class CracResource implements Resource {
  /** The context holds its resources weakly. */
  @SuppressWarnings("unused")
  private static @Nullable CracResource held;

  private final SnapshotGuard guard;

  private CracResource(SnapshotGuard guard) {
    this.guard = guard;
  }

  static void register(SnapshotGuard guard) {
    CracResource resource = new CracResource(guard);
    Core.getGlobalContext().register(resource);
    held = resource;
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    guard.beforeCheckpoint();
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) {
    guard.afterRestore();
  }
}
