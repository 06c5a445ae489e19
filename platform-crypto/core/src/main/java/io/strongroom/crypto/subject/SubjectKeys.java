package io.strongroom.crypto.subject;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.SnapshotGuard;
import io.strongroom.crypto.SubjectErasedException;
import io.strongroom.crypto.SubjectKeyException;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.subject.SubjectRecord.Kind;
import java.security.Provider;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Seals fields under a key of the person they are about. Destroying that key erases the fields
 * wherever they are: {@link #erasure} gives whoever may do that.
 *
 * <p>A sealed field opens only for the same person, dataset and field. A person's key lies wrapped
 * in a {@link SubjectKeyStore} and in clear in a cache of this object, for at most {@link
 * Builder#cache the maximum age} after it was read; an erasure by this object empties it at once,
 * one by another process is noticed when the age is over. Nothing is sealed or opened for an erased
 * person once no cache holds the key.
 *
 * <p>Safe for use by several threads; a person's key is unwrapped once for all who wait for it.
 * Zeroes its keys on {@link #close()}.
 */
public final class SubjectKeys implements AutoCloseable {
  /** The longest field that is sealed, in bytes. */
  public static final int MAX_FIELD_BYTES = SealedField.MAX_PLAINTEXT;

  /** How long a key is kept in clear unless told otherwise. */
  public static final Duration DEFAULT_MAX_AGE = Duration.ofMinutes(5);

  /** The keys of how many persons are kept in clear unless told otherwise. */
  public static final int DEFAULT_MAX_SUBJECTS = 10_000;

  private static final int STRIPES = 64;
  private static final int ATTEMPTS = 100;

  private final SubjectKeyStore store;
  private final List<SubjectKeyStore> copies;
  private final KeyService keys;
  private final KeyId key;
  private final EncryptionContext keyContext;
  private final SecureRandom random;
  private final Optional<Provider> provider;
  private final InstantSource clock;
  private final LookupKey lookup;
  private final SubjectKeyCache cache;
  private final List<Object> stripes = new ArrayList<>();

  /** The guard holds it weakly. */
  private final Runnable letGo;

  private SubjectKeys(Builder builder, LookupKey lookup) {
    this.store = builder.store;
    this.copies = List.copyOf(builder.copies);
    this.keys = builder.keys;
    this.key = builder.key;
    this.keyContext = builder.context("subject-key");
    this.random = builder.guard.protecting(builder.random);
    this.provider = builder.provider;
    this.clock = builder.clock;
    this.lookup = lookup;
    this.cache =
        new SubjectKeyCache(
            builder.maxAge, builder.maxSubjects, builder.sealsPerKey, builder.nanoTime);
    for (int i = 0; i < STRIPES; i++) {
      stripes.add(new Object());
    }
    this.letGo = cache::forgetAll;
    builder.guard.onRise(letGo);
  }

  /**
   * Collects what subject keys need.
   *
   * @param store where wrapped keys and tombstones lie
   * @param keys wraps them
   * @param key the key that wraps them
   * @return a builder
   */
  public static Builder builder(SubjectKeyStore store, KeyService keys, KeyId key) {
    return new Builder(store, keys, key);
  }

  /**
   * The pseudonym of a person, always the same in one store and its copies.
   *
   * @param subject the person's id, 1 to 1024 bytes in UTF-8, compared byte by byte: whoever calls
   *     brings it into one form
   * @return what the person is called here; may be stored beside the sealed fields
   * @throws IllegalArgumentException when the id is empty, too long or no valid Unicode
   */
  public SubjectPseudonym pseudonym(String subject) {
    return lookup.pseudonym(subject);
  }

  /**
   * Seals a field. The person's first key is made when there is none.
   *
   * @param subject the person
   * @param field which field it is
   * @param plaintext the field, at most {@link #MAX_FIELD_BYTES}
   * @return 49 bytes more than the field; another result each time
   * @throws SubjectErasedException when the person was erased
   * @throws KeyUnavailableException when the key service refuses or is out of reach
   * @throws SubjectKeyException when the store fails or a record in it is malformed
   * @throws IllegalArgumentException when the field is too long
   */
  public byte[] seal(SubjectPseudonym subject, SubjectField field, byte[] plaintext) {
    if (plaintext.length > MAX_FIELD_BYTES) {
      throw new IllegalArgumentException("a field has at most " + MAX_FIELD_BYTES + " bytes");
    }
    SealingKey sealing = sealingKey(subject);
    try {
      return SealedField.seal(
          sealing, randomBytes(SealedField.IV), subject, field, plaintext, provider);
    } finally {
      sealing.zero();
    }
  }

  /**
   * Opens a field.
   *
   * @param subject the person it was sealed for
   * @param field which field it was sealed as
   * @param sealed what {@link #seal} returned
   * @return the field
   * @throws SubjectErasedException when the person was erased
   * @throws DecryptionFailedException when the field was altered, or belongs to another person,
   *     dataset or field
   * @throws KeyUnavailableException when the key service refuses or is out of reach
   * @throws SubjectKeyException when the store fails, the key is neither there nor erased, or a
   *     record is malformed
   */
  public byte[] open(SubjectPseudonym subject, SubjectField field, byte[] sealed) {
    SealedField parsed = SealedField.parse(sealed);
    byte[] subjectKey = subjectKey(subject, parsed.keyVersion());
    try {
      return parsed.open(subjectKey, subject, field, provider);
    } finally {
      Arrays.fill(subjectKey, (byte) 0);
    }
  }

  /**
   * Whether a person was erased. Asks the store, never a cache.
   *
   * @param subject the person
   * @return true when there is a tombstone
   * @throws SubjectKeyException when the store fails or a record in it is malformed
   */
  public boolean isErased(SubjectPseudonym subject) {
    return status(subject).tombstone().isPresent();
  }

  /**
   * All persons erased until now, for work that asks about many. Reads every person who was ever
   * held or erased.
   *
   * @return what does not change any more
   * @throws SubjectKeyException when the store fails or a record in it is malformed
   */
  public SubjectTombstones tombstones() {
    Instant now = clock.instant();
    Set<SubjectPseudonym> erased = new HashSet<>();
    for (SubjectRecord record : store.list(Kind.STATUS)) {
      SubjectPseudonym subject = new SubjectPseudonym(record.id());
      if (isErased(subject)) {
        erased.add(subject);
      }
    }
    return new SubjectTombstones(now, erased);
  }

  /**
   * Gives a person a new key. Fields are sealed under it from now on by this object, and by others
   * when their caches are as old as they may get; what was sealed before stays readable.
   *
   * @param subject the person
   * @return the new key's version
   * @throws SubjectErasedException when the person was erased
   * @throws KeyUnavailableException when the key service refuses or is out of reach
   * @throws SubjectKeyException when the store fails or a record in it is malformed
   */
  public int addVersion(SubjectPseudonym subject) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      status(subject).requireNotErased();
      int version = newest(subject) + 1;
      byte[] made = create(subject, version);
      if (made != null) {
        Arrays.fill(made, (byte) 0);
        cache.forget(subject);
        return version;
      }
    }
    throw contended();
  }

  /**
   * The way to place and release holds, to erase, and to keep copies of the keys: for those whose
   * work that is.
   *
   * @param signer signs receipts; a key for {@link io.strongroom.crypto.signing.KeyPurpose#RECEIPT}
   * @return erasures in this store and its copies
   * @throws IllegalArgumentException when the signer is for another purpose
   */
  public SubjectErasure erasure(Signer signer) {
    return new SubjectErasure(store, copies, lookup, cache, clock, signer);
  }

  /** Drops all keys of persons from memory. */
  public void forgetAll() {
    cache.forgetAll();
  }

  /** Zeroes all keys in memory. May be called more than once. */
  @Override
  public void close() {
    cache.close();
    lookup.close();
  }

  int cached() {
    return cache.size();
  }

  private SubjectStatus status(SubjectPseudonym subject) {
    return SubjectStatus.read(store, lookup, subject);
  }

  private Object stripe(SubjectPseudonym subject) {
    return stripes.get(Math.floorMod(subject.hashCode(), STRIPES));
  }

  private SealingKey sealingKey(SubjectPseudonym subject) {
    SealingKey cached = cache.sealing(subject);
    if (cached != null) {
      return cached;
    }
    synchronized (stripe(subject)) {
      cached = cache.sealing(subject);
      return cached != null ? cached : loadSealingKey(subject);
    }
  }

  private SealingKey loadSealingKey(SubjectPseudonym subject) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      SubjectKeyCache.Ticket ticket = cache.ticket();
      status(subject).requireNotErased();
      int version = Math.max(1, newest(subject));
      byte[] subjectKey = load(subject, version);
      if (subjectKey == null && version == 1) {
        subjectKey = create(subject, version);
      }
      if (subjectKey != null) {
        try {
          return cached(subject, version, subjectKey, ticket);
        } finally {
          Arrays.fill(subjectKey, (byte) 0);
        }
      }
    }
    throw contended();
  }

  private SealingKey cached(
      SubjectPseudonym subject, int version, byte[] subjectKey, SubjectKeyCache.Ticket ticket) {
    byte[] salt = randomBytes(SealedField.SALT);
    SealingKey sealing =
        new SealingKey(version, salt, SealedField.derive(subjectKey, subject, version, salt));
    cache.put(subject, version, subjectKey, ticket);
    cache.putSealing(subject, sealing, ticket);
    return sealing;
  }

  private byte[] subjectKey(SubjectPseudonym subject, int version) {
    byte[] cached = cache.key(subject, version);
    if (cached != null) {
      return cached;
    }
    synchronized (stripe(subject)) {
      cached = cache.key(subject, version);
      if (cached != null) {
        return cached;
      }
      SubjectKeyCache.Ticket ticket = cache.ticket();
      status(subject).requireNotErased();
      byte[] loaded = load(subject, version);
      if (loaded == null) {
        status(subject).requireNotErased();
        throw new SubjectKeyException(
            CryptoErrorCode.SUBJECT_KEY_MISSING,
            "version " + version + " of a person's key is not in the store");
      }
      cache.put(subject, version, loaded, ticket);
      return loaded;
    }
  }

  private int newest(SubjectPseudonym subject) {
    List<Integer> versions = store.versions(SubjectRecord.of(Kind.KEY, subject));
    return versions.isEmpty() ? 0 : versions.get(versions.size() - 1);
  }

  /** A person's key, which the caller zeroes, or null when it is not in the store. */
  private byte @Nullable [] load(SubjectPseudonym subject, int version) {
    Optional<byte[]> stored = store.get(SubjectRecord.of(Kind.KEY, subject), version);
    if (stored.isEmpty()) {
      return null;
    }
    try {
      return plaintext(keys.unwrap(StoredKey.parse(stored.get()), keyContext));
    } catch (SubjectKeyException | DecryptionFailedException malformed) {
      // A key that was being destroyed while it was read.
      status(subject).requireNotErased();
      throw malformed;
    }
  }

  /**
   * A new key, which the caller zeroes, or null when the version is there already. An erasure that
   * came in between wins: the new key is destroyed before anything was sealed under it.
   */
  private byte @Nullable [] create(SubjectPseudonym subject, int version) {
    SubjectRecord record = SubjectRecord.of(Kind.KEY, subject);
    DataKey dataKey = keys.generateDataKey(key, keyContext);
    byte[] made;
    WrappedDataKey wrapped = dataKey.wrapped();
    try {
      made = plaintext(dataKey);
      if (!store.putIfAbsent(record, version, StoredKey.toJson(wrapped))) {
        Arrays.fill(made, (byte) 0);
        return null;
      }
    } finally {
      dataKey.close();
    }
    if (isErased(subject)) {
      Arrays.fill(made, (byte) 0);
      store.deleteAllVersions(record);
      status(subject).requireNotErased();
    }
    return made;
  }

  private static byte[] plaintext(DataKey dataKey) {
    try (dataKey) {
      byte[] plaintext = dataKey.plaintext();
      if (plaintext.length != DataKey.LENGTH) {
        Arrays.fill(plaintext, (byte) 0);
        throw new SubjectKeyException(
            CryptoErrorCode.SUBJECT_RECORD_MALFORMED, "a person's key does not have 32 bytes");
      }
      return plaintext;
    }
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static SubjectKeyException contended() {
    return new SubjectKeyException(
        CryptoErrorCode.SUBJECT_STORE_FAILED, "others change a person's key all the time");
  }

  /** Collects what subject keys need. Not safe for use by several threads. */
  public static final class Builder {
    private final SubjectKeyStore store;
    private final KeyService keys;
    private final KeyId key;
    private final List<SubjectKeyStore> copies = new ArrayList<>();
    private EncryptionContext context = EncryptionContext.strongroom().build();
    private Duration maxAge = DEFAULT_MAX_AGE;
    private int maxSubjects = DEFAULT_MAX_SUBJECTS;
    private SecureRandom random = new SecureRandom();
    private Optional<Provider> provider = Optional.empty();
    private SnapshotGuard guard = SnapshotGuard.process();
    private InstantSource clock = InstantSource.system();
    private LongSupplier nanoTime = System::nanoTime;
    private long sealsPerKey = 1L << 32;

    private Builder(SubjectKeyStore store, KeyService keys, KeyId key) {
      this.store = Objects.requireNonNull(store, "store");
      this.keys = Objects.requireNonNull(keys, "keys");
      this.key = Objects.requireNonNull(key, "key");
    }

    /**
     * A store that holds copies of the wrapped keys. An erasure reaches it; {@link
     * SubjectErasure#backUp} fills it.
     *
     * @param copy another store
     * @return this builder
     */
    public Builder copy(SubjectKeyStore copy) {
      copies.add(Objects.requireNonNull(copy, "copy"));
      return this;
    }

    /**
     * Whose keys they are: bound to every wrapped key, with a purpose of its own. Always the same
     * for one store.
     *
     * @param context such as tenant and domain; never personal data
     * @return this builder
     */
    public Builder context(EncryptionContext context) {
      this.context = Objects.requireNonNull(context, "context");
      return this;
    }

    /**
     * How long and for how many persons keys are kept in clear; 5 minutes and 10,000 otherwise. A
     * key is used no more when it is as old as that since it was read from the store, and its bytes
     * are zeroed a quarter of the time later at the latest.
     *
     * @param maxAge zero to keep none; at most 24 hours
     * @param maxSubjects 0 to keep none; at most a million
     * @return this builder
     * @throws IllegalArgumentException when one is out of range
     */
    public Builder cache(Duration maxAge, int maxSubjects) {
      if (maxAge.isNegative()
          || maxAge.compareTo(Duration.ofHours(24)) > 0
          || maxSubjects < 0
          || maxSubjects > 1_000_000) {
        throw new IllegalArgumentException(
            "keys of at most 1,000,000 persons are kept, for at most 24 hours");
      }
      this.maxAge = maxAge;
      this.maxSubjects = maxSubjects;
      return this;
    }

    /**
     * Where salts and IVs come from.
     *
     * @param random a cryptographic source
     * @return this builder
     */
    public Builder random(SecureRandom random) {
      this.random = Objects.requireNonNull(random, "random");
      return this;
    }

    /**
     * Whose AES is used; the JCA provider of highest priority otherwise.
     *
     * @param provider has AES/GCM
     * @return this builder
     */
    public Builder provider(Provider provider) {
      this.provider = Optional.of(provider);
      return this;
    }

    /**
     * What time it is when something is decided.
     *
     * @param clock the time
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Whose checkpoints empty the cache and renew salts and random generators; the one of the
     * process otherwise.
     *
     * @param guard is told of checkpoints
     * @return this builder
     */
    public Builder snapshotGuard(SnapshotGuard guard) {
      this.guard = Objects.requireNonNull(guard, "guard");
      return this;
    }

    Builder nanoTime(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
      return this;
    }

    Builder sealsPerKey(long sealsPerKey) {
      this.sealsPerKey = sealsPerKey;
      return this;
    }

    EncryptionContext context(String purpose) {
      Map<String, String> pairs = new TreeMap<>(context.pairs());
      pairs.put("strongroom:purpose", purpose);
      return EncryptionContext.of(pairs);
    }

    /**
     * Prepares an empty store, once: makes its lookup key, from which all pseudonyms come. To be
     * copied with {@link SubjectErasure#backUp} before anything is sealed.
     *
     * @throws SubjectKeyException {@link CryptoErrorCode#SUBJECT_STORE_UNPREPARED} when the store
     *     is prepared already, or has lost its lookup key; {@link
     *     CryptoErrorCode#SUBJECT_STORE_FAILED}
     * @throws KeyUnavailableException when the key service refuses or is out of reach
     */
    public void prepare() {
      requireEmpty();
      try (DataKey dataKey = keys.generateDataKey(key, context("subject-lookup"))) {
        putLookup(StoredKey.toJson(dataKey.wrapped()));
      }
    }

    /**
     * Prepares an empty store with the lookup key of a copy. {@link SubjectErasure#restore} brings
     * the rest.
     *
     * @param copy a store that {@link SubjectErasure#backUp} filled
     * @throws SubjectKeyException as {@link #prepare()}, and when the copy has no lookup key
     */
    public void prepareFrom(SubjectKeyStore copy) {
      requireEmpty();
      putLookup(copy.get(SubjectRecord.LOOKUP, 1).orElseThrow(Builder::unprepared));
    }

    private void requireEmpty() {
      if (store.get(SubjectRecord.LOOKUP, 1).isPresent()
          || !store.list(Kind.STATUS).isEmpty()
          || !store.list(Kind.KEY).isEmpty()) {
        throw prepared();
      }
    }

    private void putLookup(byte[] stored) {
      if (!store.putIfAbsent(SubjectRecord.LOOKUP, 1, stored)) {
        throw prepared();
      }
    }

    private static SubjectKeyException prepared() {
      return new SubjectKeyException(
          CryptoErrorCode.SUBJECT_STORE_UNPREPARED, "the store of subject keys is not empty");
    }

    private static SubjectKeyException unprepared() {
      return new SubjectKeyException(
          CryptoErrorCode.SUBJECT_STORE_UNPREPARED, "the store of subject keys has no lookup key");
    }

    /**
     * Reads the lookup key.
     *
     * @return the subject keys of the store
     * @throws SubjectKeyException {@link CryptoErrorCode#SUBJECT_STORE_UNPREPARED} when the store
     *     was never prepared; {@link CryptoErrorCode#SUBJECT_STORE_FAILED}; {@link
     *     CryptoErrorCode#SUBJECT_RECORD_MALFORMED}
     * @throws KeyUnavailableException when the key service refuses or is out of reach
     * @throws DecryptionFailedException when the lookup key was altered or made in another context
     * @throws CryptoException when the key service fails in another way
     */
    public SubjectKeys build() {
      byte[] stored = store.get(SubjectRecord.LOOKUP, 1).orElseThrow(Builder::unprepared);
      byte[] dataKey = plaintext(keys.unwrap(StoredKey.parse(stored), context("subject-lookup")));
      try {
        return new SubjectKeys(this, new LookupKey(dataKey));
      } finally {
        Arrays.fill(dataKey, (byte) 0);
      }
    }
  }
}
