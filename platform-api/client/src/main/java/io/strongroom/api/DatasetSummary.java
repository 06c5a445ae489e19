package io.strongroom.api;

/**
 * What a run wrote into a dataset.
 *
 * @param dataset path of the dataset, such as {@code silver/payments/transactions}
 * @param rows rows in all files
 * @param files number of files
 * @param bytes bytes of all files as stored
 */
public record DatasetSummary(String dataset, long rows, long files, long bytes) {}
