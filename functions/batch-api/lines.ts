import { type Batch, hasEnded } from '../core/batch/batch.ts';
import type { ResultFiles } from '../core/batch/creating/request-files.ts';
import type { RetryBatch } from '../core/batch/creating/retry-batch.ts';
import { UploadForbidden, UploadGone } from '../core/batch/ports.ts';
import { UnreadableFile } from '../core/batch/reading/file-text.ts';
import type { LinePages } from '../core/batch/results/line-pages.ts';
import type { RenderResults } from '../core/batch/results/render-results.ts';
import type { ViewBatch } from '../core/batch/viewing/view-batch.ts';
import { DependencyUnavailable } from '../core/errors.ts';
import type { Limits } from '../core/ports.ts';
import { createdResponse, encodeLeftOut } from '../lambda/batch-responses.ts';
import type { HttpResponse } from '../lambda/http.ts';
import { parsePage } from '../lambda/page.ts';
import type { PartnerEvent } from '../lambda/partner-authentication.ts';
import { parseLineFilter } from './event.ts';
import {
  fileGoneResponse,
  inlineResultsResponse,
  linesResponse,
  nothingToRetryResponse,
  redirectResponse,
  runningResponse,
  tooLongResponse,
  tooManyToRetryResponse,
  uncheckedResponse,
} from './responses.ts';

export interface LineRoutesParts {
  readonly linePages: LinePages;
  readonly renderResults: RenderResults;
  readonly files: ResultFiles;
  readonly retryBatch: RetryBatch;
  readonly viewBatch: ViewBatch;
}

/** What concerns the lines of a batch. */
export interface LineRoutes {
  page(event: PartnerEvent, batch: Batch, limits: Limits): Promise<HttpResponse>;
  results(batch: Batch, limits: Limits): Promise<HttpResponse>;
  retry(batch: Batch, limits: Limits): Promise<HttpResponse>;
}

const DOWNLOAD_URL_SECONDS = 15 * 60;

export function createLineRoutes(parts: LineRoutesParts): LineRoutes {
  const { linePages, renderResults, files, retryBatch, viewBatch } = parts;

  async function results(batch: Batch, limits: Limits): Promise<HttpResponse> {
    if (batch.check === undefined) return uncheckedResponse();
    const { key, fileName, contentType } = renderResults.fileOf(batch);
    const url = hasEnded(batch) ? await files.downloadUrl(key, fileName, DOWNLOAD_URL_SECONDS, limits) : undefined;
    if (url !== undefined) return redirectResponse(url);
    const text = await renderResults.render(batch, limits);
    return text === undefined ? tooLongResponse() : inlineResultsResponse(text, contentType, fileName);
  }

  async function retry(batch: Batch, limits: Limits): Promise<HttpResponse> {
    const retried = await retryBatch(batch, limits);
    switch (retried.kind) {
      case 'running':
        return runningResponse(batch);
      case 'too_many':
        return tooManyToRetryResponse();
      case 'nothing':
        return nothingToRetryResponse(retried.leftOut);
      case 'handed':
        return createdResponse(retried.created, viewBatch, limits, encodeLeftOut(retried.leftOut));
    }
  }

  return {
    page: (event, batch, limits) =>
      withFile(async () => linesResponse(await linePages(batch, parseLineFilter(event), parsePage(event), limits))),
    results: (batch, limits) => withFile(() => results(batch, limits)),
    retry,
  };
}

/** @throws DependencyUnavailable when a person has to repair the bucket's rights */
async function withFile(work: () => Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UploadGone || error instanceof UnreadableFile) return fileGoneResponse(error.message);
    if (error instanceof UploadForbidden) throw new DependencyUnavailable('uploads bucket', error);
    throw error;
  }
}
