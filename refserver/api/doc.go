// Package api is the REST API of the reference server: /api/v1, described by the
// OpenAPI 3.1 document at /api/openapi.json, which is made from the same Go types
// that read the requests and write the answers.
//
// A handler decodes the request, calls the Kit once and says what came of it;
// rules live in the SDK. Whoever asks shows a token (POST /api/v1/sessions); what
// he may not know of is answered as if it were not there. Refusals are problem
// details (RFC 9457) in the language of Accept-Language, with the fields that must
// be mended. A request that changes something may carry an Idempotency-Key, and
// one about a revision that was seen carries If-Match.
//
// The values of a form are decoded by the form itself, from the bytes as they
// came, under its own strict rules.
package api
