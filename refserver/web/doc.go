// Package web is the browser's side of the reference server: pages rendered on
// the server with html/template, one stylesheet, one small script of our own.
// Pages work without script and better with it.
//
// Renderer turns templates, texts and assets into pages. All three are embedded
// and can be overridden by a host: templates and assets file by file, texts
// message by message. Guard is the middleware that stands before every page and
// Door the way in: sign-in, sign-out, a first password. A handler decodes the
// request, calls the Kit once and renders; rules live in the SDK.
//
// Everything may be mounted below a prefix of a host's own mux, see
// RendererOptions.Base. A form with many rows is sent as a part for each control:
// a host's program sets //go:debug multipartmaxparts=10000, or forms of more than
// a thousand controls are refused as too large.
package web
