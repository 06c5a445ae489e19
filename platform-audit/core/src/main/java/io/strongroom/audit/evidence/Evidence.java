package io.strongroom.audit.evidence;

import io.strongroom.audit.AuditException;
import io.strongroom.audit.AuditLog;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;

/**
 * One file with which an outsider verifies one run: the decision over it, the publications that
 * made it live and that were newest, its entries in the audit log with one proof for all of them,
 * the newest checkpoint, the keyring, and what is and is not proven.
 *
 * <p>The file is lines of canonical JSON (FORMAT.md); signed documents stand in it as DSSE
 * envelopes, checkpoints as C2SP signed notes, the proofs of the entries that matter most as C2SP
 * tlog-proofs, so that public tools verify them too. It holds no data of the run and nothing that
 * was committed or sealed, unless it is asked to disclose it.
 *
 * <p>A file is verified before it gets its name; it appears whole or not at all. Nothing is written
 * to the store. Instances are safe for use by several threads if log and store are.
 */
public final class Evidence {
  static final String FORMAT = "strongroom.evidence.v1";
  static final String MANIFEST = "manifest";
  static final String PROMOTION = "promotion";
  static final String NEWEST = "newest";
  static final List<String> ENVELOPES = List.of(MANIFEST, PROMOTION, NEWEST);

  private final AuditLog log;
  private final ObjectStore store;
  private final PipelineRef pipeline;
  private final byte[] keyring;
  private final Keyring trusted;

  /**
   * Evidence of the runs of a pipeline.
   *
   * @param log the log that has their entries; used, not closed
   * @param store where the pipeline's control objects are; used, not closed
   * @param pipeline whose runs they are
   * @param keyring the stored keyring, which goes into each file
   * @param trusted the same or a later keyring of the same root
   * @throws io.strongroom.crypto.SignatureInvalidException when the stored keyring is of another
   *     root
   */
  public Evidence(
      AuditLog log, ObjectStore store, PipelineRef pipeline, byte[] keyring, Keyring trusted) {
    this.log = Objects.requireNonNull(log, "log");
    this.store = Objects.requireNonNull(store, "store");
    this.pipeline = Objects.requireNonNull(pipeline, "pipeline");
    this.keyring = keyring.clone();
    this.trusted = Objects.requireNonNull(trusted, "trusted");
    Keyring.parse(this.keyring, trusted.rootDigest());
  }

  /**
   * Writes a file of evidence. Reads the log from the request's first index to its end.
   *
   * @param request which run and what else
   * @param target the file; replaced if it is there
   * @return what it proves
   * @throws AuditException NO_SUCH_RUN when there is neither a decision nor an entry of the run;
   *     EVIDENCE_REFUSED when what is stored does not fit together; any code of {@link AuditLog}
   * @throws io.strongroom.storage.StorageException when a control object is damaged or the store
   *     does not answer
   * @throws IOException when the file cannot be written; nothing of it is left then
   */
  public EvidenceReport export(EvidenceRequest request, Path target) throws IOException {
    Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent());
    Path unfinished = Files.createTempFile(folder, ".evidence-", ".tmp");
    try {
      try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        new EvidenceExport(log, store, pipeline, keyring, trusted, request).write(out);
        channel.force(true);
      }
      EvidenceReport report = verify(unfinished, trusted);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      return report;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /**
   * Verifies a file of evidence: without network, store or log, with nothing but a keyring that the
   * reader trusts. Holds some 100 bytes for each entry and one line of the file.
   *
   * @param file the file
   * @param trusted the keyring whose keys count; the one in the file must be of the same root
   * @return what is proven and what is not
   * @throws AuditException EVIDENCE_DAMAGED when the file is not whole or not of the format;
   *     EVIDENCE_REFUSED when something in it does not hold; both name the line
   * @throws IOException when the file cannot be read
   */
  public static EvidenceReport verify(Path file, Keyring trusted) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return new EvidenceVerification(in, trusted).verify();
    }
  }
}
