package io.strongroom.audit.evidence;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditErrorCode;
import io.strongroom.audit.AuditException;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.Checkpoint;
import io.strongroom.audit.RunTrail;
import io.strongroom.audit.TlogProof;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** One export of evidence. */
final class EvidenceExport {
  private final AuditLog log;
  private final ObjectStore store;
  private final PipelineRef pipeline;
  private final byte[] keyring;
  private final EvidenceRequest request;
  private final Optional<Manifest> manifest;
  private final Optional<Publication> promotion;

  /** The newest publication, if the run was promoted and by another one. */
  private final Optional<Publication> later;

  /** Read after the publications, so that it covers their intents. */
  private final Checkpoint checkpoint;

  private final Statement statement = new Statement();
  private final TrailCheck trail = new TrailCheck();
  private final List<Long> indexes = new ArrayList<>();

  /** Indexes of the entries that get a proof of their own. */
  private final TreeSet<Long> headlines = new TreeSet<>();

  EvidenceExport(
      AuditLog log,
      ObjectStore store,
      PipelineRef pipeline,
      byte[] keyring,
      Keyring trusted,
      EvidenceRequest request) {
    this.log = log;
    this.store = store;
    this.pipeline = pipeline;
    this.keyring = keyring;
    this.request = request;
    PublishedState state = PublishedState.read(store, pipeline, trusted);
    this.manifest = Manifest.read(store, pipeline, request.run(), trusted);
    this.promotion =
        state.history().stream()
            .filter(publication -> publication.run().equals(Optional.of(request.run())))
            .findFirst();
    this.later =
        state.head().filter(newest -> promotion.isPresent() && !newest.equals(promotion.get()));
    this.checkpoint = log.checkpoint();
    promotion.ifPresent(publication -> headlines.add(publication.intentIndex()));
    later.ifPresent(publication -> headlines.add(publication.intentIndex()));
  }

  void write(OutputStream out) throws IOException {
    EvidenceWriter writer = new EvidenceWriter(out);
    writer.line(
        LineType.EVIDENCE,
        JsonObject.builder()
            .put("format", Evidence.FORMAT)
            .put("origin", checkpoint.origin())
            .put("pipeline", pipeline.path())
            .put("run", request.run().value()));
    writer.line(LineType.KEYRING, JsonObject.builder().put("document", text(keyring)));
    writer.line(LineType.CHECKPOINT, JsonObject.builder().put("note", text(checkpoint.note())));
    writeEnvelopes(writer);
    Map<String, byte[]> generations = new LinkedHashMap<>();
    LiveDatasets live =
        new LiveDatasets(digest -> generations.computeIfAbsent(digest, this::generation));
    Optional<Integer> made =
        promotion.map(publication -> live.count(manifest.orElseThrow(), publication));
    Optional<Integer> last =
        later.map(publication -> live.count(manifest.orElseThrow(), publication));
    for (byte[] document : generations.values()) {
      writer.line(LineType.GENERATION, JsonObject.builder().put("document", text(document)));
    }
    writeEntries(writer);
    statement.log(checkpoint, indexes.size());
    statement.decision(request.run(), pipeline, manifest);
    if (promotion.isEmpty()) {
      statement.notPublished();
    } else {
      int datasets = manifest.orElseThrow().datasets().size();
      statement.promotion(promotion.get(), made.orElseThrow(), datasets);
      if (later.isPresent()) {
        statement.newest(later.get(), last.orElseThrow(), datasets);
      }
    }
    statement.trail(trail.result(), trail.entries());
    writeProofs(writer);
    writer.line(
        LineType.STATEMENT,
        JsonObject.builder()
            .putStrings("notProven", statement.notProven())
            .putStrings("proven", statement.proven()));
    writer.end();
  }

  private void writeEnvelopes(EvidenceWriter writer) throws IOException {
    if (manifest.isPresent()) {
      byte[] stored = stored("runs/" + request.run().value() + "/manifest.json");
      writeEnvelope(writer, Evidence.MANIFEST, Manifest.PAYLOAD_TYPE, stored);
    }
    if (promotion.isPresent()) {
      writeEnvelope(writer, Evidence.PROMOTION, promotion.get());
    }
    if (later.isPresent()) {
      writeEnvelope(writer, Evidence.NEWEST, later.get());
    }
  }

  private void writeEnvelope(EvidenceWriter writer, String name, Publication publication)
      throws IOException {
    String key =
        String.format(
            Locale.ROOT, "publications/%012d-%s.json", publication.seq(), publication.digest());
    writeEnvelope(writer, name, Publication.PAYLOAD_TYPE, stored(key));
  }

  private static void writeEnvelope(
      EvidenceWriter writer, String name, String payloadType, byte[] stored) throws IOException {
    writer.line(
        LineType.ENVELOPE,
        JsonObject.builder()
            .put("envelope", Envelopes.envelope(payloadType, stored))
            .put("name", name));
  }

  private byte[] generation(String digest) {
    return stored("generations/" + digest + ".json");
  }

  /** A control object that was read and believed before. */
  private byte[] stored(String name) {
    return store
        .get(pipeline.control() + name)
        .orElseThrow(
            () ->
                new AuditException(
                    AuditErrorCode.EVIDENCE_REFUSED, "evidence: object " + name + " is missing"))
        .content();
  }

  private void writeEntries(EvidenceWriter writer) throws IOException {
    RunId run = request.run();
    long first =
        Math.min(request.firstIndex(), headlines.isEmpty() ? Long.MAX_VALUE : headlines.first());
    Iterator<AuditEntry> entries =
        log.entries(first).limit(Math.max(0, checkpoint.size() - first)).iterator();
    while (entries.hasNext()) {
      AuditEntry entry = entries.next();
      boolean own = entry.event().run().equals(Optional.of(run.value()));
      if (own || headlines.contains(entry.index())) {
        indexes.add(entry.index());
        writer.line(
            LineType.ENTRY,
            JsonObject.builder().put("entry", text(entry.bytes())).put("index", entry.index()));
      }
      if (own) {
        trail.add(entry.event(), HexFormat.of().parseHex(entry.leafHash()));
        if (entry.event().action().equals(RunTrail.CLOSED)) {
          headlines.add(entry.index());
        }
      }
    }
    if (indexes.isEmpty()) {
      throw new AuditException(
          AuditErrorCode.NO_SUCH_RUN,
          "the log has no entry of run " + run.value() + " from index " + first + " on");
    }
  }

  private void writeProofs(EvidenceWriter writer) throws IOException {
    long[] all = indexes.stream().mapToLong(Long::longValue).toArray();
    writer.line(
        LineType.INCLUSION,
        JsonObject.builder()
            .putStrings("hashes", EvidenceWriter.hex(log.subsetProof(all, checkpoint.size()))));
    for (Checkpoint kept : request.keptCheckpoints()) {
      writer.line(
          LineType.CONSISTENCY,
          JsonObject.builder()
              .putStrings(
                  "hashes",
                  EvidenceWriter.hex(log.consistencyProof(kept.size(), checkpoint.size())))
              .put("note", text(kept.note())));
      statement.continues(kept);
    }
    for (long index : headlines) {
      TlogProof proof =
          new TlogProof(index, log.inclusionProof(index, checkpoint.size()), checkpoint.note());
      writer.line(
          LineType.TLOG_PROOF,
          JsonObject.builder().put("document", text(proof.encode())).put("index", index));
    }
    for (DisclosedPart part : request.disclosed()) {
      writer.line(
          LineType.OPENING,
          JsonObject.builder()
              .put("index", part.index())
              .put("name", part.name())
              .put("opening", JsonValue.parseCanonicalObject(part.opening().encode())));
      statement.disclosed(part);
    }
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
