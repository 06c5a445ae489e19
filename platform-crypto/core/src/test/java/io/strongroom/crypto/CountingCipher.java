package io.strongroom.crypto;

import java.security.Provider;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The JDK's cipher; counts encryptions and remembers the threads that made them. */
public final class CountingCipher extends ChangedCipher {
  public static final AtomicInteger CALLS = new AtomicInteger();
  public static final Set<String> THREADS = ConcurrentHashMap.newKeySet();

  /** A provider of this cipher, under a name that no other test uses. */
  public static Provider provider(String name) {
    CALLS.set(0);
    THREADS.clear();
    return provider(name, CountingCipher.class);
  }

  @Override
  void change(byte[] sealed, int from, int length) {
    CALLS.incrementAndGet();
    THREADS.add(Thread.currentThread().getName());
  }
}
