package com.example.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.ParquetFileKeys;
import io.strongroom.storage.parquet.ParquetFiles;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.parquet.ParquetRowReader;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * parquet-avro over Hadoop and this library on one class path, each reading what the other wrote.
 */
@Tag("verify")
class BesideHadoopTest {
  private static final int ROWS = 3_000;
  private static final String AVRO =
      """
      {"type":"record","name":"t","fields":[
        {"name":"id","type":"long"},{"name":"account","type":["null","string"]}]}
      """;
  private static final byte[] KEY = "0123456789abcdef0123456789ABCDEF".getBytes();
  private static final ParquetFileKeys KEYS = ParquetFileKeys.of(KEY, "k");
  private static final ParquetSchema SCHEMA = ParquetSchema.parse(AVRO);

  @TempDir Path folder;

  @Test
  void noJarOfOursHoldsAClassOfAnother() throws Exception {
    Map<String, Set<String>> jarsOfClasses = new HashMap<>();
    Set<String> ours = new TreeSet<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!entry.endsWith(".jar")) {
        continue;
      }
      String jar = Path.of(entry).getFileName().toString();
      try (JarFile file = new JarFile(entry)) {
        List<String> classes =
            file.stream().map(Object::toString).filter(name -> name.endsWith(".class")).toList();
        if (classes.stream().anyMatch(name -> name.startsWith("io/strongroom/"))) {
          ours.add(jar);
          assertTrue(classes.stream().allMatch(name -> name.startsWith("io/strongroom/")), jar);
        }
        classes.forEach(
            name -> jarsOfClasses.computeIfAbsent(name, unused -> new TreeSet<>()).add(jar));
      }
    }
    assertEquals(4, ours.size(), ours.toString());
    Stream<Map.Entry<String, Set<String>>> hadoop =
        jarsOfClasses.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("org/apache/hadoop/"));
    assertTrue(hadoop.allMatch(e -> e.getValue().stream().allMatch(j -> j.startsWith("hadoop-"))));
    assertTrue(jarsOfClasses.containsKey("org/apache/hadoop/conf/Configuration.class"));
    jarsOfClasses.forEach(
        (name, jars) ->
            assertTrue(
                jars.size() == 1 || jars.stream().noneMatch(ours::contains), name + " " + jars));
  }

  @Test
  void eachReadsWhatTheOtherWroteInTheClearAndEncrypted() throws Exception {
    ObjectStore store = new LocalObjectStore(folder);
    ParquetFiles files = new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD);
    for (boolean sealed : new boolean[] {false, true}) {
      ParquetFileKeys keys = sealed ? KEYS : null;
      String ours = "ours-" + sealed + ".parquet";
      try (ObjectUpload upload = store.upload(ours);
          ParquetRowWriter out = files.write(upload.stream(), SCHEMA, keys)) {
        for (int row = 0; row < ROWS; row++) {
          out.setLong(0, row);
          if (row % 3 != 1) {
            out.setString(1, "T-" + row % 70);
          }
          out.endRow();
        }
        out.finish();
        upload.commit();
      }
      readByParquetAvro(ours, sealed);
      String theirs = "theirs-" + sealed + ".parquet";
      writeByParquetAvro(theirs, sealed);
      try (ParquetRowReader in = files.read(store, theirs, SCHEMA, keys, null)) {
        for (int row = 0; row < ROWS; row++) {
          assertTrue(in.next());
          assertEquals(row, in.getLong(0));
          assertEquals(row % 3 == 1, in.isNull(1));
          assertTrue(row % 3 == 1 || in.getString(1).equals("T-" + row % 70));
        }
        assertFalse(in.next());
      }
    }
  }

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
  }

  private void readByParquetAvro(String name, boolean sealed) throws Exception {
    try (ParquetReader<GenericRecord> in =
        AvroParquetReader.<GenericRecord>builder(
                HadoopInputFile.fromPath(path(name), new Configuration()))
            .withDecryption(
                sealed ? FileDecryptionProperties.builder().withFooterKey(KEY).build() : null)
            .build()) {
      for (int row = 0; row < ROWS; row++) {
        GenericRecord read = in.read();
        assertEquals((long) row, read.get("id"));
        assertEquals(row % 3 == 1 ? "null" : "T-" + row % 70, String.valueOf(read.get("account")));
      }
      assertNull(in.read());
    }
  }

  private void writeByParquetAvro(String name, boolean sealed) throws Exception {
    Schema schema = new Schema.Parser().parse(AVRO);
    try (ParquetWriter<GenericRecord> out =
        AvroParquetWriter.<GenericRecord>builder(
                HadoopOutputFile.fromPath(path(name), new Configuration()))
            .withSchema(schema)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withEncryption(
                sealed ? FileEncryptionProperties.builder(KEY).withFooterKeyID("k").build() : null)
            .build()) {
      for (int row = 0; row < ROWS; row++) {
        GenericRecord record = new GenericData.Record(schema);
        record.put("id", (long) row);
        record.put("account", row % 3 == 1 ? null : "T-" + row % 70);
        out.write(record);
      }
    }
  }
}
