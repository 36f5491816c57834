/**
 * Slack's limits, in UTF-16 units (docs.slack.dev/reference/block-kit). `total` is not documented: above about
 * 13,200 characters over all blocks Slack answers `msg_blocks_too_long` (slackapi/bolt-js#2509).
 */
export const limits = {
  text: 3000,
  fallback: 3000,
  header: 150,
  field: 2000,
  contextElements: 10,
  blocks: 50,
  modalBlocks: 100,
  buttonText: 75,
  buttonValue: 2000,
  url: 3000,
  id: 255,
  modalTitle: 24,
  privateMetadata: 3000,
  total: 12_000,
  /** Of a `data_table`: rows under its header, columns, characters in all cells; one table a message. */
  tableRows: 100,
  tableColumns: 20,
  tableCharacters: 10_000,
  tablesInMessage: 1,
  /** Of a `data_visualization`; two of them in a message is what Slack was seen to take. */
  chartPoints: 20,
  chartSeries: 6,
  chartLabel: 20,
  chartTitle: 50,
  containerChildren: 10,
  containerTitle: 150,
  taskId: 255,
} as const;
