/*
 * The contract between todokede and a plugin that is a library: three functions, UTF-8 JSON in and out.
 *
 * The messages are those of core/abi/src/message.rs; one JSON object asks, one answers:
 *   {"ok": ...} or {"error": "why there is no answer"}.
 *
 * Calls may come from several threads at a time. A library is never unloaded. No function may let an exception or a
 * panic out. SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TODOKEDE_H
#define TODOKEDE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the contract that this header describes. */
#define TODOKEDE_ABI_VERSION 1

/* The call was answered. */
#define TODOKEDE_ANSWERED 0
/* The plugin panicked; the answer is what it said, as plain text. It is not called again in this run. */
#define TODOKEDE_PANICKED 2

/* Bytes that are lent for the time of a call. `ptr` is not null unless `len` is 0. */
typedef struct {
    const uint8_t *ptr;
    size_t len;
} todokede_view;

/* Bytes that are freed by whoever made them. `ptr` is null when there are none. */
typedef struct {
    uint8_t *ptr;
    size_t len;
    size_t cap;
} todokede_buffer;

#if defined(_WIN32)
#define TODOKEDE_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define TODOKEDE_EXPORT __attribute__((visibility("default")))
#else
#define TODOKEDE_EXPORT
#endif

/* Returns TODOKEDE_ABI_VERSION; asked before anything else. */
TODOKEDE_EXPORT uint32_t todokede_abi_version(void);

/* Answers a request. `answer` is empty when the call begins and is written once. */
TODOKEDE_EXPORT int32_t todokede_call(todokede_view request, todokede_buffer *answer);

/* Frees an answer; called once for each, after it was copied. */
TODOKEDE_EXPORT void todokede_free(todokede_buffer answer);

#ifdef __cplusplus
}
#endif

#endif
