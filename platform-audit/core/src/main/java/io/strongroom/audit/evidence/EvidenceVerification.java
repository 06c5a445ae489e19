package io.strongroom.audit.evidence;

import io.strongroom.audit.AuditErrorCode;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditException;
import io.strongroom.audit.AuditIntentLog;
import io.strongroom.audit.Checkpoint;
import io.strongroom.audit.MerkleProofs;
import io.strongroom.audit.Opening;
import io.strongroom.audit.PersonalPart;
import io.strongroom.audit.RunTrail;
import io.strongroom.audit.SubsetProofs;
import io.strongroom.audit.TlogProof;
import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.PlatformException;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/** One verification of a file of evidence. */
final class EvidenceVerification {
  private final EvidenceLines lines;
  private final Keyring trusted;
  private final String origin;
  private final PipelineRef pipeline;
  private final RunId run;
  private final Statement statement = new Statement();
  private final TrailCheck trail = new TrailCheck();
  private final List<Long> indexes = new ArrayList<>();
  private final List<byte[]> leafHashes = new ArrayList<>();
  private final Map<Long, Map<String, PersonalPart>> personal = new HashMap<>();
  private final List<Long> closings = new ArrayList<>();
  private final Map<Long, String> intents = new HashMap<>();

  /** Reads the first line. */
  EvidenceVerification(InputStream in, Keyring trusted) throws IOException {
    this.trusted = trusted;
    this.lines = new EvidenceLines(in);
    JsonObject first = lines.take(LineType.EVIDENCE);
    if (!lines.text(first, "format").equals(Evidence.FORMAT)) {
      throw lines.damaged("the file is not of the format " + Evidence.FORMAT);
    }
    this.origin = lines.text(first, "origin");
    this.pipeline = checked("pipeline", () -> PipelineRef.parse(lines.text(first, "pipeline")));
    this.run = checked("run", () -> new RunId(lines.text(first, "run")));
  }

  EvidenceReport verify() throws IOException {
    String keyring = lines.text(lines.take(LineType.KEYRING), "document");
    checked("keyring", () -> Keyring.parse(utf8(keyring), trusted.rootDigest()));
    byte[] note = utf8(lines.text(lines.take(LineType.CHECKPOINT), "note"));
    Checkpoint checkpoint = checked("checkpoint", () -> Checkpoint.verify(note, origin, trusted));
    Map<String, byte[]> envelopes = readEnvelopes();
    Optional<Manifest> manifest =
        Optional.ofNullable(envelopes.get(Evidence.MANIFEST)).map(this::manifest);
    Optional<Publication> promotion =
        Optional.ofNullable(envelopes.get(Evidence.PROMOTION)).map(this::publication);
    Optional<Publication> newest =
        Optional.ofNullable(envelopes.get(Evidence.NEWEST))
            .map(this::publication)
            .or(() -> promotion);
    Map<String, byte[]> generations = readGenerations();
    readEntries(newest);
    statement.log(checkpoint, indexes.size());
    statement.decision(run, pipeline, manifest);
    verifyPublications(manifest, promotion, newest, generations);
    verifyInclusion(checkpoint);
    trail
        .problem()
        .ifPresent(
            problem -> {
              throw refused(problem);
            });
    statement.trail(trail.result(), trail.entries());
    while (lines.is(LineType.CONSISTENCY)) {
      verifyConsistency(checkpoint);
    }
    for (long headline : headlines(promotion, newest)) {
      verifyTlogProof(headline, checkpoint);
    }
    while (lines.is(LineType.OPENING)) {
      verifyOpening();
    }
    JsonObject said = lines.take(LineType.STATEMENT);
    if (!lines.texts(said, "proven").equals(statement.proven())
        || !lines.texts(said, "notProven").equals(statement.notProven())) {
      throw refused("the file states other things than it proves");
    }
    lines.take(LineType.END);
    return new EvidenceReport(
        checkpoint,
        manifest,
        promotion,
        newest,
        indexes.size(),
        trail.result(),
        statement.proven(),
        statement.notProven());
  }

  /** The stored bytes of the signed documents, by their names. */
  private Map<String, byte[]> readEnvelopes() throws IOException {
    Map<String, byte[]> envelopes = new HashMap<>();
    int before = -1;
    while (lines.is(LineType.ENVELOPE)) {
      JsonObject line = lines.take(LineType.ENVELOPE);
      JsonObject envelope = lines.object(line, "envelope", "payload", "payloadType", "signatures");
      String name = lines.text(line, "name");
      String type =
          name.equals(Evidence.MANIFEST) ? Manifest.PAYLOAD_TYPE : Publication.PAYLOAD_TYPE;
      int place = Evidence.ENVELOPES.indexOf(name);
      if (place <= before || !lines.text(envelope, "payloadType").equals(type)) {
        throw refused("an envelope has another name, type or place than it may");
      }
      before = place;
      envelopes.put(name, checked(name, () -> Envelopes.stored(envelope)));
    }
    return envelopes;
  }

  private Manifest manifest(byte[] stored) {
    Manifest manifest = checked(Evidence.MANIFEST, () -> Manifest.parse(stored, trusted));
    if (!manifest.run().equals(run) || !manifest.pipeline().equals(pipeline)) {
      throw refused("the manifest is of another run or pipeline");
    }
    return manifest;
  }

  private Publication publication(byte[] stored) {
    return checked("publication", () -> Publication.parse(stored, pipeline, trusted));
  }

  private Map<String, byte[]> readGenerations() throws IOException {
    Map<String, byte[]> generations = new HashMap<>();
    while (lines.is(LineType.GENERATION)) {
      byte[] document = utf8(lines.text(lines.take(LineType.GENERATION), "document"));
      String digest = HexFormat.of().formatHex(EvidenceWriter.sha256().digest(document));
      if (generations.put(digest, document) != null) {
        throw refused("a generation is there twice");
      }
    }
    return generations;
  }

  private void readEntries(Optional<Publication> newest) throws IOException {
    long before = -1;
    while (lines.is(LineType.ENTRY)) {
      JsonObject line = lines.take(LineType.ENTRY);
      long index = lines.index(line);
      if (index <= before) {
        throw refused("entries are not in the order of the log");
      }
      before = index;
      byte[] entry = utf8(lines.text(line, "entry"));
      AuditEvent event = checked("entry " + index, () -> AuditEvent.decode(entry));
      byte[] leafHash = MerkleProofs.leafHash(entry);
      indexes.add(index);
      leafHashes.add(leafHash);
      if (event.run().equals(Optional.of(run.value()))) {
        trail.add(event, leafHash);
        if (event.action().equals(RunTrail.CLOSED)) {
          closings.add(index);
        }
      } else if (newest.isEmpty() || newest.get().intentIndex() != index) {
        throw refused("entry " + index + " is of another run");
      }
      AuditIntentLog.intentOf(event).ifPresent(intent -> intents.put(index, intent));
      if (!event.personal().isEmpty()) {
        personal.put(index, event.personal());
      }
    }
  }

  private void verifyPublications(
      Optional<Manifest> manifest,
      Optional<Publication> promotion,
      Optional<Publication> newest,
      Map<String, byte[]> generations) {
    if (promotion.isEmpty()) {
      if (newest.isPresent() || !generations.isEmpty()) {
        throw refused("there is a publication of a run that was never promoted");
      }
      statement.notPublished();
      return;
    }
    Publication made = promotion.get();
    Publication last = newest.orElse(made);
    if (manifest.isEmpty() || !made.run().equals(Optional.of(run))) {
      throw refused("the promotion is of another run, or the run has no manifest");
    }
    if (newest.isPresent() && !last.equals(made) && last.seq() <= made.seq()) {
      throw refused("the newest publication is not newer than the promotion");
    }
    Set<String> used = new HashSet<>();
    LiveDatasets live =
        new LiveDatasets(
            digest -> {
              used.add(digest);
              byte[] document = generations.get(digest);
              if (document == null) {
                throw refused("generation " + digest + " is missing");
              }
              return document;
            });
    int datasets = manifest.get().datasets().size();
    verifyIntent(made);
    statement.promotion(
        made, checked("generation", () -> live.count(manifest.get(), made)), datasets);
    if (!last.equals(made)) {
      verifyIntent(last);
      statement.newest(
          last, checked("generation", () -> live.count(manifest.get(), last)), datasets);
    }
    if (!generations.keySet().equals(used)) {
      throw refused("there is a generation that nothing names");
    }
  }

  private void verifyIntent(Publication publication) {
    long index = publication.intentIndex();
    byte[] leafHash = HexFormat.of().parseHex(publication.intentLeafHash());
    if (!Arrays.equals(leafHash, leafHash(index))
        || !publication.intentId(pipeline).equals(intents.get(index))) {
      throw refused(
          "entry " + index + " is missing or not the intent of publication " + publication.seq());
    }
  }

  /** Of an entry of the file; empty when it is not there. */
  private byte[] leafHash(long index) {
    int at = Collections.binarySearch(indexes, index);
    return at < 0 ? new byte[0] : leafHashes.get(at);
  }

  private void verifyInclusion(Checkpoint checkpoint) throws IOException {
    List<byte[]> proof = lines.hashes(lines.take(LineType.INCLUSION));
    long[] all = indexes.stream().mapToLong(Long::longValue).toArray();
    if (!SubsetProofs.verify(all, leafHashes, checkpoint.size(), proof, checkpoint.root())) {
      throw refused("the entries do not lead to the root that the checkpoint signs");
    }
  }

  private void verifyConsistency(Checkpoint checkpoint) throws IOException {
    JsonObject line = lines.take(LineType.CONSISTENCY);
    byte[] note = utf8(lines.text(line, "note"));
    Checkpoint kept = checked("kept checkpoint", () -> Checkpoint.verify(note, origin, trusted));
    if (!MerkleProofs.verifyConsistency(
        kept.size(), kept.root(), checkpoint.size(), checkpoint.root(), lines.hashes(line))) {
      throw refused("the log does not continue the checkpoint of " + kept.size() + " entries");
    }
    statement.continues(kept);
  }

  /** The entries that have a proof of their own: intents, and what closes the trail. */
  private SortedSet<Long> headlines(Optional<Publication> promotion, Optional<Publication> newest) {
    SortedSet<Long> headlines = new TreeSet<>(closings);
    promotion.ifPresent(publication -> headlines.add(publication.intentIndex()));
    newest.ifPresent(publication -> headlines.add(publication.intentIndex()));
    return headlines;
  }

  private void verifyTlogProof(long headline, Checkpoint checkpoint) throws IOException {
    JsonObject line = lines.take(LineType.TLOG_PROOF);
    long index = lines.index(line);
    TlogProof proof = checked("proof", () -> TlogProof.parse(utf8(lines.text(line, "document"))));
    if (index != headline
        || proof.index() != index
        || !Arrays.equals(proof.note(), checkpoint.note())
        || !MerkleProofs.verifyInclusion(
            leafHash(index), index, checkpoint.size(), proof.path(), checkpoint.root())) {
      throw refused("the proof of entry " + index + " does not lead to the checkpoint");
    }
  }

  private void verifyOpening() throws IOException {
    JsonObject line = lines.take(LineType.OPENING);
    long index = lines.index(line);
    String name = lines.text(line, "name");
    JsonObject json = lines.object(line, "opening", "salt", "value");
    Opening opening = checked("opening", () -> Opening.decode(json.canonicalBytes()));
    if (!opening.commit().equals(personal.getOrDefault(index, Map.of()).get(name))) {
      throw refused("what was disclosed of entry " + index + " is not what it committed to");
    }
    statement.disclosed(new DisclosedPart(index, name, opening));
  }

  private <T> T checked(String what, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (AuditException refused) {
      if (refused.code() == AuditErrorCode.EVIDENCE_DAMAGED
          || refused.code() == AuditErrorCode.EVIDENCE_REFUSED) {
        throw refused;
      }
      throw refused(what, refused);
    } catch (PlatformException | IllegalArgumentException refused) {
      throw refused(what, refused);
    }
  }

  private AuditException refused(String what, RuntimeException cause) {
    // Texts of other exceptions may quote what the file holds.
    String why =
        cause instanceof PlatformException && !(cause instanceof JsonException)
            ? ": " + cause.getMessage()
            : " is malformed";
    return new AuditException(
        AuditErrorCode.EVIDENCE_REFUSED,
        "evidence: before line " + lines.number() + ": " + what + why,
        cause);
  }

  private AuditException refused(String why) {
    return new AuditException(
        AuditErrorCode.EVIDENCE_REFUSED, "evidence: before line " + lines.number() + ": " + why);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
