package io.strongroom.storage.sql;

import static io.strongroom.storage.sql.PublishedLake.PIPELINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.parquet.ParquetImport;
import io.strongroom.storage.publication.DerivedCopies;
import io.strongroom.storage.publication.Finding;
import io.strongroom.storage.publication.Fsck;
import io.strongroom.storage.publication.Intent;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.publication.IntentReceipt;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.publication.Sweep;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Kills processes that import files into one lake, one after the other, every other one at a chosen
 * operation, and looks what they left: while each lives somebody reads, and after its death what is
 * published is whole files and nothing else.
 */
final class ParquetImportKills {
  private static final DatasetSpec SPEC = PublishedLake.spec(Protection.ENGINE_READABLE, "v1");
  static final DatasetSchema SCHEMA =
      DatasetSchema.of(
          "v1",
          SchemaField.nullable("account", Scalar.STRING, Classification.INTERNAL),
          SchemaField.nullable("entries", Scalar.LONG, Classification.PUBLIC));
  static final int ROWS = 40_000;
  static final int FILES = 3;

  private final Path folder;
  private final Random random;
  private final PublishedLake lake;
  private final Set<String> acknowledged = new HashSet<>();
  private int reads;
  private int leftovers;

  ParquetImportKills(Path folder, long seed) {
    this.folder = folder;
    this.random = new Random(seed);
    this.lake = lake(folder, local(folder));
  }

  private static ObjectStore local(Path folder) {
    return new LocalObjectStore(folder.resolve("store"));
  }

  private static PublishedLake lake(Path folder, ObjectStore store) {
    return new PublishedLake(
        folder.resolve("store"),
        store,
        new RawAesKeyService("bank", "lake", new byte[32], new SecureRandom()),
        new KeptIntents(new LocalObjectStore(folder.resolve("log"))));
  }

  private static String incoming(int file) {
    return "incoming/" + file + ".parquet";
  }

  int reads() {
    return reads;
  }

  int leftovers() {
    return leftovers;
  }

  @Override
  public String toString() {
    return reads
        + " whole reads of live lakes, none partial; "
        + acknowledged.size()
        + " acknowledged imports, none lost; "
        + leftovers
        + " leftovers, all listed";
  }

  /** Kills so many processes that import these files. */
  void run(int kills, List<byte[]> files) throws IOException, InterruptedException {
    assertThat(files).hasSize(FILES);
    for (int file = 0; file < FILES; file++) {
      assertThat(lake.store.putIfAbsent(incoming(file), files.get(file)))
          .isInstanceOf(WriteResult.Won.class);
    }
    lake.register(SPEC, SCHEMA);
    for (int kill = 0; kill < kills; kill++) {
      liveAndDie(kill);
      check();
    }
    Importer last = new Importer(lake, "last", acknowledged::add);
    last.recover();
    last.importOne(0);
    check();
    assertThat(lake.read(SPEC, SCHEMA)).hasSizeGreaterThanOrEqualTo(ROWS);
  }

  private void liveAndDie(int kill) throws IOException, InterruptedException {
    boolean chosen = kill % 2 == 0;
    long at = chosen ? 1 + random.nextLong(60) : Long.MAX_VALUE;
    long millis = random.nextLong(600);
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                ParquetImportKills.class.getName(),
                folder.toString(),
                "k" + kill,
                Long.toString(at),
                random.nextBoolean() ? When.BEFORE.name() : When.AFTER.name())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    Thread listener = new Thread(() -> listen(child, lines, chosen ? -1 : millis), "listener");
    listener.start();
    try {
      while (child.isAlive()) {
        requireWhole(lake.state());
        reads++;
        child.waitFor(10, TimeUnit.MILLISECONDS);
      }
    } finally {
      child.destroyForcibly();
      listener.join();
    }
    assertThat(child.waitFor()).as("%s", lines).isEqualTo(137);
    lines.stream().filter(line -> line.matches("i-k[0-9]+-[0-9]+[.]")).forEach(acknowledged::add);
  }

  /** Kills at the word {@code NOW}, or some time after the first one. */
  private static void listen(Process child, ConcurrentLinkedQueue<String> lines, long millis) {
    try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.equals("READY") && millis >= 0) {
          child.waitFor(millis, TimeUnit.MILLISECONDS);
          child.toHandle().destroyForcibly();
        } else if (line.equals("NOW")) {
          child.toHandle().destroyForcibly();
        } else {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Every live file is, byte for byte, one of those that were there. */
  private void requireWhole(PublishedState state) {
    for (LiveFile live : state.liveFiles(SPEC.ref())) {
      StoredObject found =
          lake.store
              .get(live.file().path())
              .orElseThrow(() -> new AssertionError("missing: " + live.file().path()));
      assertThat(live.file().rows()).isEqualTo(ROWS);
      assertThat(found.content()).hasSize((int) live.file().bytes());
      assertThat(sha256(found.content())).isEqualTo(live.file().sha256());
      assertThat(live.file().path()).contains("import-" + live.file().sha256());
    }
  }

  private void check() {
    PublishedState state = lake.state();
    requireWhole(state);
    Set<String> published = new HashSet<>();
    state.history().forEach(step -> step.run().ifPresent(run -> published.add(run.value() + ".")));
    assertThat(published).containsAll(acknowledged);
    List<Finding> findings = new ArrayList<>();
    fsck().check(findings::add);
    assertThat(findings)
        .filteredOn(finding -> finding.severity() != Finding.Severity.NOTICE)
        .filteredOn(finding -> !published.isEmpty() || !finding.object().endsWith("/_LATEST.json"))
        .isEmpty();
    List<String> copied =
        lake.store.list(SPEC.ref().path() + "/month", null, 100_000).stream()
            .map(ObjectInfo::key)
            .filter(key -> key.endsWith(".parquet"))
            .filter(key -> lake.runs.manifest(runOf(key)).filter(Manifest::isCommitted).isEmpty())
            .toList();
    assertThat(findings).extracting(Finding::object).containsAll(copied);
    leftovers += copied.size();
  }

  private static RunId runOf(String key) {
    return new RunId(key.replaceFirst(".*/run_id=([^/]+)/.*", "$1"));
  }

  private Fsck fsck() {
    return new Fsck(lake.store, PIPELINE, lake.keyring(), lake.intents, Clock.systemUTC())
        .unwrapping(lake.keys);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Imports until it is killed. Arguments: folder, name, n, BEFORE or AFTER. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    new Importer(lake(folder, local(folder)), arguments[1], System.out::println).recover();
    CrashingObjectStore store =
        new CrashingObjectStore(
            local(folder),
            Long.parseLong(arguments[2]),
            When.valueOf(arguments[3]),
            () -> {
              System.out.println("NOW");
              while (true) {
                LockSupport.park();
              }
            });
    Importer importer = new Importer(lake(folder, store), arguments[1], System.out::println);
    System.out.println("READY");
    for (int number = 1; ; number++) {
      importer.importOne(number);
    }
  }

  /** Imports one file a run, and ends what those before it began. */
  private record Importer(PublishedLake lake, String name, Consumer<String> told) {

    void recover() {
      new Sweep(lake.store, lake.runs, lake.keyring(), lake.intents, Clock.systemUTC())
          .endDeadRuns(Duration.ZERO, Duration.ofNanos(1), "next", "its process is gone");
      Set<RunId> done = new HashSet<>();
      lake.state().history().forEach(step -> step.run().ifPresent(done::add));
      for (ObjectInfo info : lake.store.list(PIPELINE.control() + "runs/", null, 100_000)) {
        if (info.key().endsWith("/manifest.json")) {
          RunId run = new RunId(info.key().replaceFirst(".*/runs/([^/]+)/.*", "$1"));
          if (!done.contains(run)
              && lake.runs.manifest(run).filter(Manifest::isCommitted).isPresent()) {
            lake.publisher.promote(run, "next", "its process is gone");
          }
        }
      }
      new DerivedCopies(lake.store).write(lake.state());
    }

    void importOne(int number) {
      RunRequest request = lake.claim("i-" + name + "-" + number);
      try (RunKeys made =
          RunKeys.create(
              lake.store,
              request,
              List.of(SPEC),
              lake.keys,
              KeyResolver.single(new KeyId("lake")),
              "bank")) {
        DataFile file =
            new ParquetImport(lake.store, request.runId(), SPEC, SCHEMA)
                .take(incoming(number % FILES), Map.of("month", "2024-0" + (1 + number % FILES)));
        lake.publish(
            request,
            new DatasetOutput(
                    SPEC, made.keyId(SPEC.ref()), made.commitment(SPEC.ref()), List.of(file))
                .withSchema(SCHEMA.fingerprint()));
      }
      told.accept(request.runId() + ".");
      new DerivedCopies(lake.store).write(lake.state());
    }
  }

  /** An intent log that outlives its process: one object an entry, created if absent. */
  private record KeptIntents(ObjectStore store) implements IntentLog {
    private static String key(long index) {
      return String.format(Locale.ROOT, "intents/%06d", index);
    }

    private static IntentReceipt receipt(long index, String id) {
      return new IntentReceipt(index, sha256((index + id).getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<String> entry(long index) {
      return store
          .get(key(index))
          .map(entry -> new String(entry.content(), StandardCharsets.UTF_8));
    }

    @Override
    public IntentReceipt append(Intent intent) {
      long index = 0;
      while (!(store.putIfAbsent(key(index), intent.id().getBytes(StandardCharsets.UTF_8))
          instanceof WriteResult.Won)) {
        index++;
      }
      return receipt(index, intent.id());
    }

    @Override
    public Optional<IntentReceipt> find(String intentId) {
      long index = 0;
      for (Optional<String> entry = entry(0); entry.isPresent(); entry = entry(++index)) {
        if (entry.get().equals(intentId)) {
          return Optional.of(receipt(index, intentId));
        }
      }
      return Optional.empty();
    }

    @Override
    public boolean holds(IntentReceipt receipt, String intentId) {
      return entry(receipt.index()).equals(Optional.of(intentId))
          && receipt(receipt.index(), intentId).equals(receipt);
    }
  }
}
