package io.strongroom.storage.parquet.engine;

import io.strongroom.base.ErrorCategory;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.ModuleKey;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKeys;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.crypto.DecryptionKeyRetriever;
import org.apache.parquet.crypto.KeyAccessDeniedException;
import org.apache.parquet.crypto.ParquetCryptoRuntimeException;

/**
 * Finds the key that a reference in a Parquet file names: by the signed manifest of the run that
 * wrote the file and its {@code keys.json}, as every reader of this library does.
 *
 * <p>Keeps the keys of the 64 runs that it met last. A key is unwrapped when a file first needs it,
 * that of a key class when a column of it is read. What an engine reads is not compared with the
 * manifest: which files are published, and their digests, is for whoever gives the engine its list
 * of files.
 *
 * <p>Safe for use by several threads. Owns the keys and zeroes them on {@link #close}.
 */
public final class RunKeyRetriever implements DecryptionKeyRetriever, AutoCloseable {
  private static final int RUNS = 64;

  /** Run, dataset, key class, and the number of keys after the first. */
  private static final Pattern REFERENCE =
      Pattern.compile(
          "([A-Za-z0-9][A-Za-z0-9._-]{0,79})"
              + "/((?:bronze|silver|gold|quarantine)/[a-z0-9_-]{1,63}/[a-z0-9_-]{1,63}"
              + "(?:/condemned)?)"
              + "/([a-z][a-z0-9-]{0,30})(?:/[1-9][0-9]{0,6})?");

  private record Written(RunId run, DatasetRef dataset) {}

  private final ObjectStore store;
  private final List<PipelineRef> pipelines;
  private final Keyring keyring;
  private final KeyService keyService;
  private final Map<Written, RunKeys> opened = new LinkedHashMap<>(RUNS, 0.75f, true);

  /**
   * A retriever.
   *
   * @param store where manifests and {@code keys.json} are
   * @param pipelines whose runs wrote the files
   * @param keyring the keys that sign manifests
   * @param keyService unwraps data keys
   */
  public RunKeyRetriever(
      ObjectStore store,
      Collection<PipelineRef> pipelines,
      Keyring keyring,
      KeyService keyService) {
    this.store = store;
    this.pipelines = List.copyOf(pipelines);
    this.keyring = keyring;
    this.keyService = keyService;
  }

  /**
   * The key that a reference names.
   *
   * @param reference as it stands in the file
   * @return 16, 24 or 32 bytes, which the caller owns
   * @throws KeyAccessDeniedException when the key service refuses the key or lost it
   * @throws ParquetCryptoRuntimeException when the reference is not one of these pipelines' runs,
   *     or the key service cannot be reached
   * @throws StorageException when the manifest or {@code keys.json} is damaged or forged
   */
  @Override
  public byte[] getKey(byte[] reference) {
    String name = new String(reference, StandardCharsets.UTF_8);
    Matcher parts = REFERENCE.matcher(name);
    if (!parts.matches()) {
      throw new ParquetCryptoRuntimeException("the file names a key that is not of a run");
    }
    Written written;
    KeyClass keyClass;
    try {
      written = new Written(new RunId(parts.group(1)), DatasetRef.parse(parts.group(2)));
      keyClass = new KeyClass(parts.group(3));
    } catch (IllegalArgumentException malformed) {
      throw new ParquetCryptoRuntimeException(
          "the file names a key that is not of a run", malformed);
    }
    try {
      return key(written, keyClass, name);
    } catch (KeyUnavailableException refused) {
      if (refused.code().category() == ErrorCategory.TRANSIENT) {
        throw new ParquetCryptoRuntimeException("key '" + name + "' is out of reach", refused);
      }
      throw new KeyAccessDeniedException("key '" + name + "' cannot be used", refused);
    }
  }

  private synchronized byte[] key(Written written, KeyClass keyClass, String name) {
    RunKeys keys = opened.get(written);
    if (keys == null) {
      keys = open(written);
      opened.put(written, keys);
      Iterator<RunKeys> oldest = opened.values().iterator();
      if (opened.size() > RUNS) {
        oldest.next().close();
        oldest.remove();
      }
    }
    if (!keyClass.equals(KeyClass.DEFAULT)
        && !keys.keyClasses(written.dataset()).contains(keyClass)) {
      throw new ParquetCryptoRuntimeException("run and dataset have no key '" + name + "'");
    }
    return keys.findModuleKey(written.dataset(), keyClass, name)
        .map(ModuleKey::copy)
        .orElseThrow(
            () -> new ParquetCryptoRuntimeException("run and dataset have no key '" + name + "'"));
  }

  private RunKeys open(Written written) {
    for (PipelineRef pipeline : pipelines) {
      Optional<Manifest> manifest = manifest(pipeline, written.run());
      if (manifest.isPresent()
          && manifest.get().isCommitted()
          && manifest.get().output(written.dataset()).isPresent()) {
        return RunKeys.open(store, manifest.get(), keyService, List.of(written.dataset()));
      }
    }
    throw new ParquetCryptoRuntimeException(
        "no committed run '" + written.run() + "' wrote into dataset " + written.dataset());
  }

  private Optional<Manifest> manifest(PipelineRef pipeline, RunId run) {
    return Manifest.read(store, pipeline, run, keyring);
  }

  /** Zeroes the keys; a retriever that is asked again opens them anew. */
  @Override
  public synchronized void close() {
    opened.values().forEach(RunKeys::close);
    opened.clear();
  }
}
