package io.strongroom.examples.lake;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.testing.ForwardingObjectStore;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/** Stops before the upload of a certain object until it is told to go on. */
final class WaitingStore extends ForwardingObjectStore {
  private final Predicate<String> here;
  private final CountDownLatch arrived;
  private final CountDownLatch goOn;

  WaitingStore(
      ObjectStore inner, Predicate<String> here, CountDownLatch arrived, CountDownLatch goOn) {
    super(inner);
    this.here = here;
    this.arrived = arrived;
    this.goOn = goOn;
  }

  @Override
  public ObjectUpload upload(String key) {
    if (here.test(key)) {
      arrived.countDown();
      try {
        goOn.await();
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    }
    return super.upload(key);
  }
}
