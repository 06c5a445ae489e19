package io.strongroom.storage.run;

import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code keys.json} of a run as it stands in the store: read, of that run, and checked key by
 * key when one is opened. Whatever is wrong with it is {@link StorageErrorCode#RUN_KEYS_INVALID}.
 */
final class StoredKeys {
  private final String object;
  private final KeysDocument document;

  private StoredKeys(String object, KeysDocument document) {
    this.object = object;
    this.document = document;
  }

  /** Those of a run; empty when there are none. */
  static Optional<StoredKeys> find(ObjectStore store, PipelineRef pipeline, RunId run) {
    String object = new ControlPaths(pipeline).keys(run);
    return ControlObjects.get(store, object, StorageErrorCode.RUN_KEYS_INVALID)
        .map(stored -> parse(pipeline, run, stored.content()));
  }

  /** Those of a run that must have some. */
  static StoredKeys require(ObjectStore store, Manifest manifest) {
    return find(store, manifest.pipeline(), manifest.run())
        .orElseThrow(
            () ->
                invalid(
                    new ControlPaths(manifest.pipeline()).keys(manifest.run()),
                    "is missing",
                    null));
  }

  /** Those that stand in some bytes. */
  static StoredKeys parse(PipelineRef pipeline, RunId run, byte[] content) {
    String object = new ControlPaths(pipeline).keys(run);
    KeysDocument document =
        ControlObjects.parse(
            object,
            content,
            StorageErrorCode.RUN_KEYS_INVALID,
            ControlObjects.canonical(KeysDocument::fromJson));
    if (!document.run().equals(run) || !document.pipeline().equals(pipeline)) {
      throw invalid(object, "is of another run or pipeline", null);
    }
    return new StoredKeys(object, document);
  }

  StoredKeys requireTenant(String tenant) {
    if (!document.tenant().equals(tenant)) {
      throw invalid(object, "is of another tenant", null);
    }
    return this;
  }

  String tenant() {
    return document.tenant();
  }

  /** The datasets of the keys, in the order of the keys' names. */
  List<DatasetRef> datasets() {
    return document.wrapped().keySet().stream().map(DataKeyName::dataset).distinct().toList();
  }

  /** A key that must be there, still wrapped. */
  WrappedDataKey wrapped(DataKeyName name) {
    WrappedDataKey wrapped = document.wrapped().get(name);
    if (wrapped == null) {
      throw invalid(object, "has no key of " + name.words(), null);
    }
    return wrapped;
  }

  /**
   * Unwraps a key, compares it with the manifest, and this document with its code under the key.
   *
   * @param commitment to the key; empty where there is no manifest yet
   */
  DataKey open(
      DataKeyName name,
      Optional<String> commitment,
      EncryptionContext context,
      KeyService keyService) {
    DataKey opened;
    try {
      opened = keyService.unwrap(wrapped(name), context);
    } catch (DecryptionFailedException e) {
      throw invalid(object, "has a key of " + name.words() + " that does not unwrap", e);
    }
    try {
      if (commitment.isPresent()
          && !commitment.get().equals(RunDataKey.commitment(document.run(), opened))) {
        throw invalid(object, "has another key of " + name.words() + " than the manifest", null);
      }
      String mac = RunDataKey.mac(document.run(), opened, document.authenticatedBytes());
      if (!mac.equals(document.macs().get(name))) {
        throw invalid(object, "is not authentic under the key of " + name.words(), null);
      }
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static StorageException invalid(
      String object, String problem, @Nullable Throwable cause) {
    return new StorageException(
        StorageErrorCode.RUN_KEYS_INVALID, "object " + object + " " + problem, cause);
  }
}
