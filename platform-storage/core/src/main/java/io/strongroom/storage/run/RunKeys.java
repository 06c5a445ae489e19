package io.strongroom.storage.run;

import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyScope;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The data keys of a run: one a dataset and key class, made by the key service, and the keys
 * derived from it.
 *
 * <p>The wrapped keys stand in the run's {@code keys.json}, under a message authentication code by
 * each of the keys; the manifest holds only a commitment to each key, so that wrapping them anew
 * touches no manifest and no data. Derived is by HKDF-SHA-512 (RFC 5869) with the run id as salt
 * and {@code strongroom/v1/...} as info.
 *
 * <p>The key of a class other than {@link KeyClass#DEFAULT} is unwrapped when it is first asked
 * for: who may not use the class's wrapping key opens the run all the same and has the other keys,
 * and what is asked of that class fails with what the key service says, or as {@link
 * StorageErrorCode#RUN_KEYS_INVALID}.
 *
 * <p>Safe for use by several threads. Owns the keys and zeroes them on {@link #close}.
 */
public final class RunKeys implements AutoCloseable {
  private static final String CONTEXT_PURPOSE = "data-key";
  private static final String SCOPE_PURPOSE = "run";
  private static final String OBJECT_NAMESPACE = "strongroom-run";
  private static final String WRAPPING = "strongroom/v1/object-wrapping";

  private final RunId run;
  private final String tenant;
  private final SortedMap<DataKeyName, RunDataKey> dataKeys = new TreeMap<>();
  private final Map<String, RawAesKeyService> objectKeys = new HashMap<>();
  private final SecureRandom random = new SecureRandom();
  private boolean closed;

  private RunKeys(RunId run, String tenant) {
    this.run = run;
    this.tenant = tenant;
  }

  /**
   * Makes the keys of a run, or opens those that another process of the same run has stored first.
   *
   * @param store where the control objects are
   * @param request the claimed run
   * @param datasets the datasets that the run may write, at least one
   * @param keyService generates and unwraps data keys
   * @param keyResolver says which key wraps: asked with the purpose {@code run} for a dataset's
   *     default key, and {@code run/<class>} for that of another class
   * @param tenant whose data it is; never empty
   * @return the keys of all these datasets, which the caller closes
   * @throws StorageException {@link StorageErrorCode#RUN_KEYS_INVALID} when the stored keys are
   *     damaged, lack a dataset or are of another tenant
   * @throws io.strongroom.crypto.KeyUnavailableException when the key service does not answer
   */
  public static RunKeys create(
      ObjectStore store,
      RunRequest request,
      List<DatasetSpec> datasets,
      KeyService keyService,
      KeyResolver keyResolver,
      String tenant) {
    SortedMap<DataKeyName, Optional<String>> wanted = new TreeMap<>();
    for (DatasetSpec spec : datasets) {
      wanted.put(DataKeyName.of(spec.ref()), Optional.empty());
      spec.keyClasses()
          .forEach(name -> wanted.put(new DataKeyName(spec.ref(), name), Optional.empty()));
    }
    Optional<StoredKeys> stored = StoredKeys.find(store, request.pipeline(), request.runId());
    if (stored.isPresent()) {
      return open(stored.get().requireTenant(tenant), request.runId(), wanted, keyService);
    }
    RunKeys keys = new RunKeys(request.runId(), tenant);
    try {
      SortedMap<DataKeyName, WrappedDataKey> wrapped = new TreeMap<>();
      for (DataKeyName name : wanted.keySet()) {
        DatasetRef dataset = name.dataset();
        KeyId wrapping =
            keyResolver.resolve(
                new KeyScope(
                    tenant,
                    dataset.domain(),
                    dataset.name(),
                    dataset.layer().id(),
                    name.purpose(SCOPE_PURPOSE)));
        DataKey dataKey =
            keyService.generateDataKey(
                wrapping, keys.context(dataset, name.purpose(CONTEXT_PURPOSE)));
        RunDataKey made = new RunDataKey(keys.run, name, () -> dataKey);
        made.open();
        keys.dataKeys.put(name, made);
        wrapped.put(name, dataKey.wrapped());
      }
      KeysDocument mine =
          new KeysDocument(
              request.runId(), request.pipeline(), tenant, 1, wrapped, new TreeMap<>());
      byte[] content = mine.with(keys.macs(mine.authenticatedBytes())).toJson().canonicalBytes();
      byte[] standing =
          ControlObjects.first(
              store, new ControlPaths(request.pipeline()).keys(request.runId()), content);
      if (Arrays.equals(standing, content)) {
        return keys;
      }
      keys.close();
      StoredKeys first = StoredKeys.parse(request.pipeline(), request.runId(), standing);
      return open(first.requireTenant(tenant), request.runId(), wanted, keyService);
    } catch (RuntimeException e) {
      keys.close();
      throw e;
    }
  }

  /**
   * Opens the keys of all datasets of a committed run.
   *
   * @param store where the control objects are
   * @param manifest the run
   * @param keyService unwraps data keys
   * @return the keys, which the caller closes
   * @throws StorageException {@link StorageErrorCode#RUN_KEYS_INVALID} naming {@code keys.json}
   *     when it is missing or damaged, a key does not unwrap or is not the one that the manifest is
   *     committed to
   * @throws io.strongroom.crypto.KeyUnavailableException when the key service does not answer
   */
  public static RunKeys open(ObjectStore store, Manifest manifest, KeyService keyService) {
    return open(
        store,
        manifest,
        keyService,
        manifest.datasets().stream().map(output -> output.spec().ref()).toList());
  }

  /**
   * Opens the keys of some datasets of a committed run: for readers who may unwrap no others.
   *
   * @param store where the control objects are
   * @param manifest the run
   * @param keyService unwraps data keys
   * @param datasets which keys to unwrap
   * @return the keys, which the caller closes
   * @throws StorageException as {@link #open(ObjectStore, Manifest, KeyService)}
   * @throws io.strongroom.crypto.KeyUnavailableException when the key service does not answer
   * @throws IllegalArgumentException when the run did not write one of them
   */
  public static RunKeys open(
      ObjectStore store,
      Manifest manifest,
      KeyService keyService,
      Collection<DatasetRef> datasets) {
    SortedMap<DataKeyName, Optional<String>> wanted = new TreeMap<>();
    for (DatasetRef dataset : datasets) {
      DatasetOutput output =
          manifest
              .output(dataset)
              .orElseThrow(() -> unknown(manifest.run(), DataKeyName.of(dataset)));
      wanted.put(DataKeyName.of(dataset), Optional.of(output.keyCommitment()));
      output
          .classCommitments()
          .forEach(
              (name, commitment) ->
                  wanted.put(new DataKeyName(dataset, name), Optional.of(commitment)));
    }
    return open(StoredKeys.require(store, manifest), manifest.run(), wanted, keyService);
  }

  /**
   * Checks the form of a stored {@code keys.json} without unwrapping anything.
   *
   * @param store where the control objects are
   * @param manifest the run
   * @throws StorageException {@link StorageErrorCode#RUN_KEYS_INVALID} when it is missing,
   *     malformed, of another run, or lacks a dataset of the run
   */
  public static void checkForm(ObjectStore store, Manifest manifest) {
    StoredKeys stored = StoredKeys.require(store, manifest);
    for (DatasetOutput output : manifest.datasets()) {
      stored.wrapped(DataKeyName.of(output.spec().ref()));
      for (KeyClass keyClass : output.spec().keyClasses()) {
        stored.wrapped(new DataKeyName(output.spec().ref(), keyClass));
      }
    }
  }

  /**
   * The datasets that a run has keys for, whether it is decided or not: where its files may lie.
   *
   * @param store where the control objects are
   * @param pipeline whose run it is
   * @param run the run
   * @return in the order of their keys' names; empty when there is no {@code keys.json}
   * @throws StorageException {@link StorageErrorCode#RUN_KEYS_INVALID} naming {@code keys.json}
   *     when it is damaged or of another run
   */
  public static List<DatasetRef> datasets(ObjectStore store, PipelineRef pipeline, RunId run) {
    return StoredKeys.find(store, pipeline, run).map(StoredKeys::datasets).orElse(List.of());
  }

  private static RunKeys open(
      StoredKeys stored,
      RunId run,
      SortedMap<DataKeyName, Optional<String>> wanted,
      KeyService keyService) {
    RunKeys keys = new RunKeys(run, stored.tenant());
    try {
      wanted.forEach(
          (name, commitment) -> {
            stored.wrapped(name);
            EncryptionContext context = keys.context(name.dataset(), name.purpose(CONTEXT_PURPOSE));
            RunDataKey dataKey =
                new RunDataKey(run, name, () -> stored.open(name, commitment, context, keyService));
            keys.dataKeys.put(name, dataKey);
            if (name.isDefault()) {
              dataKey.open();
            }
          });
      return keys;
    } catch (RuntimeException e) {
      keys.close();
      throw e;
    }
  }

  /**
   * The first key of a dataset's Parquet files, under which footers and columns of the default
   * class are encrypted unless their reference says otherwise.
   *
   * @param dataset a dataset of the run
   * @return 32 bytes, which the caller zeroes
   */
  public byte[] parquetFooterKey(DatasetRef dataset) {
    return key(DataKeyName.of(dataset)).moduleKeyBytes(1);
  }

  /**
   * The key under which a new Parquet file of a dataset encrypts the columns of a key class, and
   * for {@link KeyClass#DEFAULT} its footer and all other columns. It is the same object for all
   * files until 2^25 modules were encrypted through it in this process; then the next key begins.
   *
   * @param dataset a dataset of the run
   * @param keyClass one of its key classes
   * @throws StorageException {@link StorageErrorCode#RUN_KEYS_INVALID} when the key of the class
   *     does not unwrap or is not the one that was stored
   * @throws io.strongroom.crypto.KeyUnavailableException when the class's wrapping key is refused,
   *     destroyed or out of reach
   * @throws IllegalArgumentException when the dataset has no such class
   */
  public ModuleKey moduleKey(DatasetRef dataset, KeyClass keyClass) {
    return key(new DataKeyName(dataset, keyClass)).moduleKey();
  }

  /**
   * The key of a class that a reference in a Parquet file names.
   *
   * @param dataset whose file it is
   * @param keyClass one of its key classes
   * @param reference as it stands in the file
   * @return empty when it is none of that class's keys
   * @throws StorageException as {@link #moduleKey(DatasetRef, KeyClass)}
   * @throws io.strongroom.crypto.KeyUnavailableException as {@link #moduleKey(DatasetRef,
   *     KeyClass)}
   * @throws IllegalArgumentException when the dataset has no such class
   */
  public Optional<ModuleKey> findModuleKey(
      DatasetRef dataset, KeyClass keyClass, String reference) {
    return Optional.ofNullable(key(new DataKeyName(dataset, keyClass)).moduleKey(reference));
  }

  /**
   * The key classes of a dataset beside the default.
   *
   * @param dataset a dataset of the run
   */
  public SortedSet<KeyClass> keyClasses(DatasetRef dataset) {
    SortedSet<KeyClass> classes = new TreeSet<>();
    for (DataKeyName name : dataKeys.keySet()) {
      if (name.dataset().equals(dataset) && !name.isDefault()) {
        classes.add(name.keyClass());
      }
    }
    return classes;
  }

  /**
   * The name by which files refer to a dataset's key: {@code <run id>/<dataset path>/default}.
   *
   * @param dataset a dataset of the run
   */
  public String keyId(DatasetRef dataset) {
    return run.value() + "/" + dataset.path() + "/default";
  }

  /**
   * The key service that wraps the message keys of a dataset's enveloped objects: the Encryption
   * SDK's raw AES provider, namespace {@code strongroom-run}, name {@link #keyId}. Usable until
   * these keys are closed.
   *
   * @param dataset a dataset of the run
   */
  public synchronized KeyService objectKeys(DatasetRef dataset) {
    if (closed) {
      throw new IllegalStateException("the keys of run " + run + " are closed");
    }
    return objectKeys.computeIfAbsent(
        dataset.path(),
        path -> {
          byte[] key = key(DataKeyName.of(dataset)).derive(WRAPPING);
          try {
            return new RawAesKeyService(OBJECT_NAMESPACE, keyId(dataset), key, random);
          } finally {
            Arrays.fill(key, (byte) 0);
          }
        });
  }

  /**
   * The one key of {@link #objectKeys}.
   *
   * @param dataset a dataset of the run
   */
  public KeyId objectKeyId(DatasetRef dataset) {
    return new KeyId(keyId(dataset));
  }

  /**
   * The encryption context of a dataset's enveloped objects.
   *
   * @param dataset a dataset of the run
   * @param purpose what is encrypted
   */
  public EncryptionContext context(DatasetRef dataset, String purpose) {
    return EncryptionContext.strongroom()
        .tenant(tenant)
        .domain(dataset.domain())
        .dataset(dataset.name())
        .layer(dataset.layer().id())
        .run(run.value())
        .purpose(purpose)
        .build();
  }

  /**
   * The commitment to a dataset's key that stands in the manifest: it tells the key apart from any
   * other and tells nothing about it.
   *
   * @param dataset a dataset of the run
   * @return 64 hexadecimal digits
   */
  public String commitment(DatasetRef dataset) {
    return key(DataKeyName.of(dataset)).commitment();
  }

  /**
   * The commitments to the keys of a dataset's other key classes.
   *
   * @param dataset a dataset of the run
   * @throws StorageException as {@link #moduleKey(DatasetRef, KeyClass)}
   * @throws io.strongroom.crypto.KeyUnavailableException as {@link #moduleKey(DatasetRef,
   *     KeyClass)}
   */
  public SortedMap<KeyClass, String> classCommitments(DatasetRef dataset) {
    SortedMap<KeyClass, String> commitments = new TreeMap<>();
    for (KeyClass name : keyClasses(dataset)) {
      commitments.put(name, key(new DataKeyName(dataset, name)).commitment());
    }
    return commitments;
  }

  /**
   * Zeroes the keys. Every later use but {@link #keyId}, {@link #context} and of module keys that
   * were given out fails.
   */
  @Override
  public synchronized void close() {
    closed = true;
    objectKeys.values().forEach(RawAesKeyService::close);
    dataKeys.values().forEach(RunDataKey::close);
  }

  private RunDataKey key(DataKeyName name) {
    RunDataKey key = dataKeys.get(name);
    if (key == null) {
      throw unknown(run, name);
    }
    return key;
  }

  /** The code of the document under each key. */
  private SortedMap<DataKeyName, String> macs(byte[] content) {
    SortedMap<DataKeyName, String> macs = new TreeMap<>();
    dataKeys.forEach((name, key) -> macs.put(name, key.mac(content)));
    return macs;
  }

  private static IllegalArgumentException unknown(RunId run, DataKeyName name) {
    return new IllegalArgumentException("run " + run + " has no key of " + name.words());
  }
}
