package io.strongroom.crypto.awssecrets;

import io.strongroom.base.Secret;
import io.strongroom.base.SecretReference;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.SecretUnavailableException;
import io.strongroom.crypto.SnapshotGuard;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/**
 * Secrets of AWS Secrets Manager, remembered for a bounded time.
 *
 * <p>Guarantees: a remembered secret is given out until it reaches its greatest age and not a
 * moment longer, whether Secrets Manager can be reached or not. However many threads want a secret
 * that is not remembered, one call is made; its failure is given to those who waited for it and to
 * nobody later. A call is made again only after a TRANSIENT failure, within one total timeout. An
 * answer for another secret or stage than the one that was asked for is refused.
 *
 * <p>At most {@value #MOST_SECRETS} secrets are remembered; the least recently used goes first.
 * What is remembered is zeroed when it is replaced, goes or is dropped, when this is closed, when
 * it has ended and any other secret is asked of Secrets Manager, and before a checkpoint of the
 * process (see {@link SnapshotGuard}). The SDK gives a text secret as a string, which nobody can
 * zero; store secrets as bytes where that matters.
 *
 * <p>Safe for use by several threads. The client stays the caller's and is never closed here.
 * Source: AWS Secrets Manager API reference, GetSecretValue.
 */
public final class AwsSecrets implements AutoCloseable {
  /** The stage of the version that counts. */
  public static final String CURRENT = "AWSCURRENT";

  /** The stage of the version that counted before the last rotation. */
  public static final String PREVIOUS = "AWSPREVIOUS";

  /** The stage of the version that a rotation under way is going to make the current one. */
  public static final String PENDING = "AWSPENDING";

  /** How many secrets are remembered at most, each stage for itself. */
  public static final int MOST_SECRETS = 1_000;

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{secret:([^{}]+)}");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9/_+=.@:!-]{1,2048}");
  private static final Pattern STAGE = Pattern.compile("[A-Za-z0-9/_+=.@-]{1,256}");
  private static final Duration SHORTEST_AGE = Duration.ofSeconds(1);
  private static final Duration LONGEST_AGE = Duration.ofHours(24);
  private static final Duration TOO_YOUNG_TO_REFRESH = Duration.ofSeconds(1);

  private record Asked(String secret, String stage) {}

  /** A remembered secret and the call for it that is under way. Guarded by itself. */
  private static final class Slot {
    private @Nullable Secret secret;
    private long bornMillis;
    private boolean gone;
    private @Nullable CompletableFuture<Void> flight;

    private void clear() {
      if (secret != null) {
        secret.close();
        secret = null;
      }
    }
  }

  private final SecretsCaller caller;
  private final long maxMillis;
  private final InstantSource clock;
  private final SnapshotGuard guard;
  private final AtomicLong drops = new AtomicLong();

  /** In the order of their last use. Guarded by itself. */
  private final LinkedHashMap<Asked, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

  private volatile boolean closed;

  /** Held here because the guard holds it weakly. */
  private final Runnable onRise = this::forget;

  private AwsSecrets(Builder builder) {
    this.caller = new SecretsCaller(builder.client, builder.patience);
    this.maxMillis = builder.maxAge.toMillis();
    this.clock = builder.clock;
    this.guard = builder.guard;
    guard.onRise(onRise);
  }

  /**
   * A builder.
   *
   * @param client calls the Region of the secrets; not closed here
   * @param maxAge how long a secret is remembered at most, 1 second to 24 hours: for so long a
   *     rotated secret may still be given out
   * @return not safe for use by several threads
   * @throws IllegalArgumentException when the age is out of range
   */
  public static Builder builder(SecretsManagerClient client, Duration maxAge) {
    return new Builder(client, maxAge);
  }

  /**
   * The current version of a secret.
   *
   * @param secret its name or ARN
   * @return a copy, which the caller closes
   * @throws SecretUnavailableException as {@link #get(String, String)}
   */
  public Secret get(String secret) {
    return get(secret, CURRENT);
  }

  /**
   * A version of a secret.
   *
   * @param secret its name or ARN
   * @param stage {@link #CURRENT}, {@link #PREVIOUS}, {@link #PENDING} or a stage of one's own
   * @return a copy, which the caller closes
   * @throws SecretUnavailableException SECRET_UNKNOWN when there is no such secret or no version
   *     with the stage; SECRET_ACCESS_DENIED; SECRET_UNUSABLE when it is to be deleted, is empty or
   *     cannot be decrypted; SECRET_STORE_UNREACHABLE after all retries; SECRET_STORE_LOGIN_REFUSED
   * @throws CryptoException SECRET_ANSWER_WRONG when the answer is for another secret or stage
   * @throws IllegalArgumentException when the name or the stage has a form that none has
   * @throws IllegalStateException when this is closed
   */
  public Secret get(String secret, String stage) {
    Asked asked = asked(secret, stage);
    while (true) {
      Slot slot = slot(asked);
      CompletableFuture<Void> flight;
      boolean mine = false;
      synchronized (slot) {
        requireOpen();
        Secret remembered = remembered(slot);
        if (remembered != null) {
          return copy(remembered);
        }
        if (slot.flight == null) {
          slot.flight = new CompletableFuture<>();
          mine = true;
        }
        flight = slot.flight;
      }
      if (mine) {
        return fly(asked, slot, flight);
      }
      await(flight);
    }
  }

  /**
   * Asks for the current version even though one is remembered: for whoever's login was refused
   * with that one, because it was rotated meanwhile. One that is younger than a second is given as
   * it is, so that a storm of refused logins makes no storm of calls.
   *
   * @param secret its name or ARN
   * @return a copy, which the caller closes
   * @throws SecretUnavailableException as {@link #get(String, String)}; what was remembered is then
   *     forgotten
   */
  public Secret refresh(String secret) {
    Slot slot = slot(asked(secret, CURRENT));
    synchronized (slot) {
      if (age(slot) >= TOO_YOUNG_TO_REFRESH.toMillis()) {
        slot.clear();
      }
    }
    return get(secret);
  }

  /**
   * What a reference names: {@code ${secret:name or ARN}} here, any other kind where it is.
   *
   * @param reference the reference
   * @return the secret, which the caller closes
   * @throws SecretUnavailableException as {@link #get(String, String)}
   * @throws io.strongroom.base.ConfigException as {@link SecretReference#resolve()}
   */
  public Secret resolve(SecretReference reference) {
    Matcher ours = REFERENCE.matcher(reference.reference());
    return ours.matches() ? get(ours.group(1)) : reference.resolve();
  }

  /** Zeroes what is remembered. What is asked for from now on is asked of Secrets Manager. */
  public void forget() {
    drops.incrementAndGet();
    List<Slot> all;
    synchronized (slots) {
      all = new ArrayList<>(slots.values());
    }
    for (Slot slot : all) {
      synchronized (slot) {
        slot.clear();
      }
    }
  }

  private static Asked asked(String secret, String stage) {
    if (!ID.matcher(secret).matches() || !STAGE.matcher(stage).matches()) {
      throw new IllegalArgumentException("not the name or ARN of a secret, or not a stage");
    }
    return new Asked(secret, stage);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the secrets are closed");
    }
  }

  private Slot slot(Asked asked) {
    List<Slot> gone = new ArrayList<>();
    Slot slot;
    synchronized (slots) {
      slot = slots.computeIfAbsent(asked, unused -> new Slot());
      Iterator<Slot> eldest = slots.values().iterator();
      while (slots.size() > MOST_SECRETS && eldest.hasNext()) {
        gone.add(eldest.next());
        eldest.remove();
      }
    }
    for (Slot old : gone) {
      synchronized (old) {
        old.gone = true;
        old.clear();
      }
    }
    return slot;
  }

  /** Milliseconds; the greatest there are when the clock was set back. */
  private long age(Slot slot) {
    long age = clock.millis() - slot.bornMillis;
    return age < 0 ? Long.MAX_VALUE : age;
  }

  private @Nullable Secret remembered(Slot slot) {
    if (slot.secret != null && age(slot) >= maxMillis) {
      slot.clear();
    }
    return slot.secret;
  }

  private static Secret copy(Secret secret) {
    return secret.use(Secret::of);
  }

  private Secret fly(Asked asked, Slot slot, CompletableFuture<Void> flight) {
    try {
      zeroWhatEnded();
      long before = drops.get();
      Secret fetched = fetch(asked);
      try {
        synchronized (slot) {
          slot.clear();
          slot.flight = null;
          if (mayRemember(slot, before)) {
            slot.secret = copy(fetched);
            slot.bornMillis = clock.millis();
          }
        }
        flight.complete(null);
        return copy(fetched);
      } finally {
        fetched.close();
      }
    } catch (RuntimeException | Error failed) {
      synchronized (slot) {
        slot.flight = null;
      }
      flight.completeExceptionally(failed);
      throw failed;
    }
  }

  /** Nothing is remembered that was asked for before a drop, or while a checkpoint is taken. */
  private boolean mayRemember(Slot slot, long dropsBefore) {
    boolean checkpointing = guard.epoch() % 2 == 1;
    return !closed && !slot.gone && !checkpointing && drops.get() == dropsBefore;
  }

  private void zeroWhatEnded() {
    List<Slot> all;
    synchronized (slots) {
      all = new ArrayList<>(slots.values());
    }
    for (Slot slot : all) {
      synchronized (slot) {
        remembered(slot);
      }
    }
  }

  private static void await(CompletableFuture<Void> flight) {
    try {
      flight.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
  }

  private Secret fetch(Asked asked) {
    GetSecretValueResponse answer = caller.get(asked.secret(), asked.stage());
    if (!isAnswerTo(asked, answer)) {
      throw new CryptoException(
          CryptoErrorCode.SECRET_ANSWER_WRONG,
          "secretsmanager:GetSecretValue of "
              + asked.secret()
              + " was answered for another secret or stage");
    }
    SdkBytes binary = answer.secretBinary();
    String text = answer.secretString();
    Secret secret = null;
    if (binary != null) {
      secret = Secret.of(binary.asByteArrayUnsafe());
      Arrays.fill(binary.asByteArrayUnsafe(), (byte) 0);
    } else if (text != null) {
      char[] characters = text.toCharArray();
      secret = Secret.of(characters);
      Arrays.fill(characters, '\0');
    }
    if (secret == null || secret.use(bytes -> bytes.length) == 0) {
      throw new SecretUnavailableException(
          CryptoErrorCode.SECRET_UNUSABLE, "the secret " + asked.secret() + " is empty");
    }
    return secret;
  }

  private static boolean isAnswerTo(Asked asked, GetSecretValueResponse answer) {
    String arn = String.valueOf(answer.arn());
    // An ARN may be given without the six characters that Secrets Manager adds to it.
    boolean secret =
        asked.secret().startsWith("arn:")
            ? arn.equals(asked.secret())
                || (arn.startsWith(asked.secret() + "-")
                    && arn.length() == asked.secret().length() + 7)
            : asked.secret().equals(answer.name());
    return secret && answer.versionStages().contains(asked.stage());
  }

  /** Zeroes what is remembered. Every later use fails with {@link IllegalStateException}. */
  @Override
  public void close() {
    closed = true;
    forget();
  }

  /** How many secrets are remembered and not yet zeroed. */
  int held() {
    int held = 0;
    synchronized (slots) {
      for (Slot slot : slots.values()) {
        synchronized (slot) {
          held += slot.secret == null ? 0 : 1;
        }
      }
    }
    return held;
  }

  /** Names no secret. */
  @Override
  public String toString() {
    return "AwsSecrets[redacted]";
  }

  /** Collects the settings. Not safe for use by several threads. */
  public static final class Builder {
    private final SecretsManagerClient client;
    private final Duration maxAge;
    private AwsSecretsPatience patience = AwsSecretsPatience.DEFAULT;
    private InstantSource clock = InstantSource.system();
    private SnapshotGuard guard = SnapshotGuard.process();

    private Builder(SecretsManagerClient client, Duration maxAge) {
      this.client = Objects.requireNonNull(client, "client");
      this.maxAge = Objects.requireNonNull(maxAge, "maxAge");
      if (maxAge.compareTo(SHORTEST_AGE) < 0 || maxAge.compareTo(LONGEST_AGE) > 0) {
        throw new IllegalArgumentException("the age is not from 1 second to 24 hours");
      }
    }

    /**
     * Timeouts and retries.
     *
     * @param patience {@link AwsSecretsPatience#DEFAULT} when not called
     * @return this builder
     */
    public Builder patience(AwsSecretsPatience patience) {
      this.patience = Objects.requireNonNull(patience, "patience");
      return this;
    }

    /**
     * What tells the time.
     *
     * @param clock the system's when not called. What is younger than no time at all, because the
     *     clock was set back, is not used any more
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * What tells of checkpoints.
     *
     * @param guard the process's own when not called
     * @return this builder
     */
    public Builder snapshotGuard(SnapshotGuard guard) {
      this.guard = Objects.requireNonNull(guard, "guard");
      return this;
    }

    /**
     * The secrets.
     *
     * @return nothing is asked for yet
     */
    public AwsSecrets build() {
      return new AwsSecrets(this);
    }
  }
}
