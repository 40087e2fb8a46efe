/** The model: files, tokenizer, ONNX Runtime session. The only package that imports {@code ai.onnxruntime}. */
@org.jspecify.annotations.NullMarked
package dev.streambed.embed.model;
