package io.strongroom.storage.run;

import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.Hkdf;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyScope;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The data keys of a run: one a dataset, made by the key service, and the keys derived from it.
 *
 * <p>The wrapped keys stand in the run's {@code keys.json}, under a message authentication code by
 * each of the keys; the manifest holds only a commitment to each key, so that wrapping them anew
 * touches no manifest and no data. Derived is by HKDF-SHA-512 (RFC 5869) with the run id as salt
 * and {@code strongroom/v1/...} as info.
 *
 * <p>Safe for use by several threads. Owns the keys and zeroes them on {@link #close}.
 */
public final class RunKeys implements AutoCloseable {
  private static final String CONTEXT_PURPOSE = "data-key";
  private static final String SCOPE_PURPOSE = "run";
  private static final String OBJECT_NAMESPACE = "strongroom-run";
  private static final String FOOTER = "strongroom/v1/parquet-footer";
  private static final String WRAPPING = "strongroom/v1/object-wrapping";
  private static final String COMMITMENT = "strongroom/v1/commitment";
  private static final String MAC = "strongroom/v1/keys-mac";
  private static final int LENGTH = 32;

  private final RunId run;
  private final String tenant;
  private final SortedMap<String, DataKey> dataKeys = new TreeMap<>();
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
   * @param keyResolver says which key wraps
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
    String key = new ControlPaths(request.pipeline()).keys(request.runId());
    SortedMap<String, Optional<String>> wanted = new TreeMap<>();
    datasets.forEach(spec -> wanted.put(spec.ref().path(), Optional.empty()));
    Optional<KeysDocument> stored = read(store, key);
    if (stored.isPresent()) {
      requireTenant(key, stored.get(), tenant);
      return unwrap(key, stored.get(), request.runId(), request.pipeline(), wanted, keyService);
    }
    RunKeys keys = new RunKeys(request.runId(), tenant);
    try {
      SortedMap<String, WrappedDataKey> wrapped = new TreeMap<>();
      for (String path : wanted.keySet()) {
        DatasetRef dataset = DatasetRef.parse(path);
        KeyId wrapping =
            keyResolver.resolve(
                new KeyScope(
                    tenant, dataset.domain(), dataset.name(), dataset.layer().id(), SCOPE_PURPOSE));
        DataKey dataKey =
            keyService.generateDataKey(wrapping, keys.context(dataset, CONTEXT_PURPOSE));
        keys.dataKeys.put(path, dataKey);
        wrapped.put(path, dataKey.wrapped());
      }
      KeysDocument mine =
          new KeysDocument(
              request.runId(), request.pipeline(), tenant, 1, wrapped, new TreeMap<>());
      byte[] content = mine.with(keys.macs(mine)).toJson().canonicalBytes();
      byte[] standing = ControlObjects.first(store, key, content);
      if (Arrays.equals(standing, content)) {
        return keys;
      }
      keys.close();
      KeysDocument first = parse(key, standing);
      requireTenant(key, first, tenant);
      return unwrap(key, first, request.runId(), request.pipeline(), wanted, keyService);
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
    String key = new ControlPaths(manifest.pipeline()).keys(manifest.run());
    SortedMap<String, Optional<String>> wanted = new TreeMap<>();
    for (DatasetRef dataset : datasets) {
      DatasetOutput output =
          manifest.output(dataset).orElseThrow(() -> unknown(manifest.run(), dataset));
      wanted.put(dataset.path(), Optional.of(output.keyCommitment()));
    }
    KeysDocument document = read(store, key).orElseThrow(() -> invalid(key, "is missing", null));
    return unwrap(key, document, manifest.run(), manifest.pipeline(), wanted, keyService);
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
    String key = new ControlPaths(manifest.pipeline()).keys(manifest.run());
    KeysDocument document = read(store, key).orElseThrow(() -> invalid(key, "is missing", null));
    requireOwn(key, document, manifest.run(), manifest.pipeline());
    for (DatasetOutput output : manifest.datasets()) {
      if (!document.wrapped().containsKey(output.spec().ref().path())) {
        throw invalid(key, "has no key of dataset " + output.spec().ref(), null);
      }
    }
  }

  private static RunKeys unwrap(
      String key,
      KeysDocument document,
      RunId run,
      PipelineRef pipeline,
      SortedMap<String, Optional<String>> wanted,
      KeyService keyService) {
    requireOwn(key, document, run, pipeline);
    RunKeys keys = new RunKeys(run, document.tenant());
    try {
      for (Map.Entry<String, Optional<String>> entry : wanted.entrySet()) {
        DatasetRef dataset = DatasetRef.parse(entry.getKey());
        WrappedDataKey wrapped = document.wrapped().get(entry.getKey());
        if (wrapped == null) {
          throw invalid(key, "has no key of dataset " + dataset, null);
        }
        try {
          keys.dataKeys.put(
              entry.getKey(), keyService.unwrap(wrapped, keys.context(dataset, CONTEXT_PURPOSE)));
        } catch (DecryptionFailedException e) {
          throw invalid(key, "has a key of dataset " + dataset + " that does not unwrap", e);
        }
        if (entry.getValue().isPresent()
            && !entry.getValue().get().equals(keys.commitment(dataset))) {
          throw invalid(key, "has another key of dataset " + dataset + " than the manifest", null);
        }
      }
      Map<String, String> macs = keys.macs(document);
      macs.forEach(
          (path, mac) -> {
            if (!mac.equals(document.macs().get(path))) {
              throw invalid(key, "is not authentic under the key of dataset " + path, null);
            }
          });
      return keys;
    } catch (RuntimeException e) {
      keys.close();
      throw e;
    }
  }

  /**
   * The key of a dataset's Parquet files.
   *
   * @param dataset a dataset of the run
   * @return 32 bytes, which the caller zeroes
   */
  public byte[] parquetFooterKey(DatasetRef dataset) {
    return derive(dataset, FOOTER);
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
    requireOpen();
    return objectKeys.computeIfAbsent(
        dataset.path(),
        path -> {
          byte[] key = derive(dataset, WRAPPING);
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
    return HexFormat.of().formatHex(derive(dataset, COMMITMENT));
  }

  /** Zeroes the keys. Every later use but {@link #keyId} and {@link #context} fails. */
  @Override
  public synchronized void close() {
    closed = true;
    objectKeys.values().forEach(RawAesKeyService::close);
    dataKeys.values().forEach(DataKey::close);
  }

  private synchronized byte[] derive(DatasetRef dataset, String info) {
    requireOpen();
    DataKey dataKey = dataKeys.get(dataset.path());
    if (dataKey == null) {
      throw unknown(run, dataset);
    }
    byte[] plaintext = dataKey.plaintext();
    try {
      return Hkdf.sha512(
          plaintext,
          run.value().getBytes(StandardCharsets.UTF_8),
          info.getBytes(StandardCharsets.UTF_8),
          LENGTH);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /** The code of the document under each key that is open here. */
  private synchronized SortedMap<String, String> macs(KeysDocument document) {
    byte[] content = document.authenticatedBytes();
    SortedMap<String, String> macs = new TreeMap<>();
    for (String path : new TreeSet<>(dataKeys.keySet())) {
      byte[] key = derive(DatasetRef.parse(path), MAC);
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        macs.put(path, HexFormat.of().formatHex(mac.doFinal(content)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has HmacSHA256", e);
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    }
    return macs;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the keys of run " + run + " are closed");
    }
  }

  private static Optional<KeysDocument> read(ObjectStore store, String key) {
    return ControlObjects.get(store, key, StorageErrorCode.RUN_KEYS_INVALID)
        .map(object -> parse(key, object.content()));
  }

  private static KeysDocument parse(String key, byte[] content) {
    return ControlObjects.parse(
        key,
        content,
        StorageErrorCode.RUN_KEYS_INVALID,
        ControlObjects.canonical(KeysDocument::fromJson));
  }

  private static void requireOwn(
      String key, KeysDocument document, RunId run, PipelineRef pipeline) {
    if (!document.run().equals(run) || !document.pipeline().equals(pipeline)) {
      throw invalid(key, "is of another run or pipeline", null);
    }
  }

  private static void requireTenant(String key, KeysDocument document, String tenant) {
    if (!document.tenant().equals(tenant)) {
      throw invalid(key, "is of another tenant", null);
    }
  }

  private static IllegalArgumentException unknown(RunId run, DatasetRef dataset) {
    return new IllegalArgumentException("run " + run + " has no key of dataset " + dataset);
  }

  private static StorageException invalid(String key, String problem, @Nullable Throwable cause) {
    return new StorageException(
        StorageErrorCode.RUN_KEYS_INVALID, "object " + key + " " + problem, cause);
  }
}
