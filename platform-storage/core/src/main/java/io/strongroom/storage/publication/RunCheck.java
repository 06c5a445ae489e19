package io.strongroom.storage.publication;

import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Finding.Severity;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlPaths;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Verifies runs that were ever live: manifest, request, keys and files. */
final class RunCheck {
  private static final int BUFFER = 1 << 16;

  private final ObjectStore store;
  private final ControlPaths paths;
  private final @Nullable KeyService keyService;
  private final LiveManifests manifests;
  private final Findings findings;
  private final LakeWalk.Visitor visitor;
  private final WalkNotes notes;

  /**
   * A check.
   *
   * @param keyService unwraps the keys of runs; without it only their form is looked at
   */
  RunCheck(
      ObjectStore store,
      ControlPaths paths,
      @Nullable KeyService keyService,
      LiveManifests manifests,
      Findings findings,
      LakeWalk.Visitor visitor,
      WalkNotes notes) {
    this.store = store;
    this.paths = paths;
    this.keyService = keyService;
    this.manifests = manifests;
    this.findings = findings;
    this.visitor = visitor;
    this.notes = notes;
  }

  /** Verifies a run that was live; to be called by one of several threads. */
  void verify(GenerationEntry entry, Optional<Instant> written) {
    Severity severity = notes.isLive(entry.run()) ? Severity.ERROR : Severity.WARNING;
    Optional<Manifest> found =
        findings.guarded(paths.manifest(entry.run()), written, () -> manifests.of(entry));
    if (found.isEmpty()) {
      return;
    }
    Manifest manifest = found.get();
    notes.name(manifest);
    notes.promise(manifest);
    for (DatasetOutput output : manifest.datasets()) {
      if (notes.isLive(manifest.run(), output.spec().ref())) {
        visitor.live(manifest, output);
      }
    }
    verifyRequest(manifest, written);
    boolean anyKept = false;
    for (DatasetOutput output : manifest.datasets()) {
      boolean kept = notes.isKept(manifest.run(), output.spec().ref());
      anyKept |= kept;
      for (DataFile file : output.files()) {
        if (kept || store.head(file.path()).isPresent()) {
          verifyFile(file, severity, manifest.at());
        }
      }
    }
    if (anyKept || store.head(paths.keys(manifest.run())).isPresent()) {
      verifyKeys(manifest, severity);
    }
  }

  /** What nobody signed, compared with what was signed. */
  private void verifyRequest(Manifest manifest, Optional<Instant> written) {
    String key = paths.request(manifest.run());
    Optional<RunRequest> request =
        findings
            .guarded(key, Optional.empty(), () -> manifests.request(manifest.run()))
            .flatMap(found -> found);
    if (request.isEmpty()) {
      findings.broken(
          key, "is missing or damaged, and the run is published", Severity.WARNING, written);
      return;
    }
    visitor.request(request.get());
    if (!request.get().runId().equals(manifest.run())
        || !request.get().key().equals(manifest.key())
        || !request.get().base().equals(manifest.base())
        || !request.get().supersedes().equals(manifest.supersedes())) {
      findings.broken(
          key, "is not the request that the run's manifest is of", Severity.WARNING, written);
    }
  }

  private void verifyKeys(Manifest manifest, Severity severity) {
    if (keyService == null) {
      verifyKeys(manifest, severity, () -> RunKeys.checkForm(store, manifest));
      return;
    }
    KeyService service = keyService;
    // One by one: every key that can be unwrapped authenticates the whole object.
    for (DatasetOutput output : manifest.datasets()) {
      verifyKeys(
          manifest,
          severity,
          () -> RunKeys.open(store, manifest, service, List.of(output.spec().ref())).close());
    }
  }

  private void verifyKeys(Manifest manifest, Severity severity, Runnable check) {
    String key = paths.keys(manifest.run());
    try {
      check.run();
    } catch (KeyUnavailableException e) {
      findings.broken(
          key, "cannot be unwrapped here: " + e.getMessage(), Severity.WARNING, Optional.empty());
    } catch (StorageException e) {
      Findings.requireIntegrity(e);
      findings.broken(key, e.getMessage(), severity, Optional.of(manifest.at()));
    }
  }

  private void verifyFile(DataFile file, Severity severity, Instant written) {
    MessageDigest digest = ControlJson.newSha256();
    long length = 0;
    try (InputStream content = store.open(file.path())) {
      byte[] buffer = new byte[BUFFER];
      for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
        digest.update(buffer, 0, count);
        length += count;
      }
    } catch (IOException e) {
      throw new StorageException(
          StorageErrorCode.STORE_UNAVAILABLE, "object " + file.path() + " cannot be read", e);
    } catch (StorageException e) {
      Findings.requireIntegrity(e);
      findings.broken(file.path(), e.getMessage(), severity, Optional.of(written));
      return;
    }
    if (length != file.bytes()
        || !HexFormat.of().formatHex(digest.digest()).equals(file.sha256())) {
      findings.broken(
          file.path(), "is not the file that its manifest names", severity, Optional.empty());
    }
  }
}
