/**
 * For engines that read Parquet themselves (parquet-java, Spark): finds the keys of a run's files.
 * {@link io.strongroom.storage.parquet.engine.RunKeyDecryption} needs Hadoop's client API, which
 * such an engine has; nothing else of this library refers to it.
 */
@NullMarked
package io.strongroom.storage.parquet.engine;

import org.jspecify.annotations.NullMarked;
