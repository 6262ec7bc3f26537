import type { ByteReader } from '../byte-reader.js'
import type { ByteWriter } from '../byte-writer.js'
import { type Codec, type CodecTable, emptyCodec, readList, writeList } from '../codec.js'
import { BackendCode as Code, TransactionStatus } from '../codes.js'
import { readFormat, readFormatByte } from '../format-code.js'
import { ProtocolViolation } from '../protocol-violation.js'
import { authenticationCodec } from './authentication.js'
import type { BackendMessage, CopyResponse, ErrorFields, ReadyForQuery } from './messages.js'

/** Every backend message in both directions. A table: one row per message. */
export const backendCodecs: CodecTable<BackendMessage> = {
  Authentication: authenticationCodec,
  BackendKeyData: {
    code: Code.BackendKeyData,
    read: body => ({ name: 'BackendKeyData', processId: body.int32(), secretKey: body.int32() }),
    write: (out, key) => out.int32(key.processId).int32(key.secretKey),
  },
  BindComplete: emptyCodec(Code.BindComplete, { name: 'BindComplete' }),
  CloseComplete: emptyCodec(Code.CloseComplete, { name: 'CloseComplete' }),
  CommandComplete: {
    code: Code.CommandComplete,
    read: body => ({ name: 'CommandComplete', tag: body.string() }),
    write: (out, complete) => out.string(complete.tag),
  },
  CopyBothResponse: copyCodec(Code.CopyBothResponse, copy => ({ name: 'CopyBothResponse', ...copy })),
  CopyData: {
    code: Code.CopyData,
    read: body => ({ name: 'CopyData', data: body.rest() }),
    write: (out, copy) => out.bytes(copy.data),
  },
  CopyDone: emptyCodec(Code.CopyDone, { name: 'CopyDone' }),
  CopyInResponse: copyCodec(Code.CopyInResponse, copy => ({ name: 'CopyInResponse', ...copy })),
  CopyOutResponse: copyCodec(Code.CopyOutResponse, copy => ({ name: 'CopyOutResponse', ...copy })),
  DataRow: {
    code: Code.DataRow,
    read: body => ({ name: 'DataRow', values: readList(body, () => body.value()) }),
    write: (out, row) => writeList(out, row.values, value => out.value(value)),
  },
  EmptyQueryResponse: emptyCodec(Code.EmptyQueryResponse, { name: 'EmptyQueryResponse' }),
  ErrorResponse: {
    code: Code.ErrorResponse,
    read: body => ({ name: 'ErrorResponse', fields: readErrorFields(body) }),
    write: (out, error) => writeErrorFields(out, error.fields),
  },
  FunctionCallResponse: {
    code: Code.FunctionCallResponse,
    read: body => ({ name: 'FunctionCallResponse', value: body.value() }),
    write: (out, response) => out.value(response.value),
  },
  NegotiateProtocolVersion: {
    code: Code.NegotiateProtocolVersion,
    read: body => ({
      name: 'NegotiateProtocolVersion',
      version: body.int32(),
      unrecognizedOptions: Array.from({ length: readOptionCount(body) }, () => body.string()),
    }),
    write(out, negotiate) {
      out.int32(negotiate.version).int32(negotiate.unrecognizedOptions.length)
      for (const option of negotiate.unrecognizedOptions) out.string(option)
    },
  },
  NoData: emptyCodec(Code.NoData, { name: 'NoData' }),
  NoticeResponse: {
    code: Code.NoticeResponse,
    read: body => ({ name: 'NoticeResponse', fields: readErrorFields(body) }),
    write: (out, notice) => writeErrorFields(out, notice.fields),
  },
  NotificationResponse: {
    code: Code.NotificationResponse,
    read: body => ({
      name: 'NotificationResponse',
      processId: body.int32(),
      channel: body.string(),
      payload: body.string(),
    }),
    write: (out, notification) =>
      out.int32(notification.processId).string(notification.channel).string(notification.payload),
  },
  ParameterDescription: {
    code: Code.ParameterDescription,
    read: body => ({ name: 'ParameterDescription', typeOids: readList(body, () => body.uint32()) }),
    write: (out, description) => writeList(out, description.typeOids, oid => out.uint32(oid)),
  },
  ParameterStatus: {
    code: Code.ParameterStatus,
    read: body => ({ name: 'ParameterStatus', parameter: body.string(), value: body.string() }),
    write: (out, status) => out.string(status.parameter).string(status.value),
  },
  ParseComplete: emptyCodec(Code.ParseComplete, { name: 'ParseComplete' }),
  PortalSuspended: emptyCodec(Code.PortalSuspended, { name: 'PortalSuspended' }),
  ReadyForQuery: {
    code: Code.ReadyForQuery,
    read: body => ({ name: 'ReadyForQuery', status: readStatus(body) }),
    write: (out, ready) => out.byte(ready.status.charCodeAt(0)),
  },
  RowDescription: {
    code: Code.RowDescription,
    read: body => ({
      name: 'RowDescription',
      fields: readList(body, () => ({
        name: body.string(),
        tableOid: body.uint32(),
        columnNumber: body.int16(),
        typeOid: body.uint32(),
        typeSize: body.int16(),
        typeModifier: body.int32(),
        format: readFormat(body),
      })),
    }),
    write: (out, description) =>
      writeList(out, description.fields, field =>
        out
          .string(field.name)
          .uint32(field.tableOid)
          .int16(field.columnNumber)
          .uint32(field.typeOid)
          .int16(field.typeSize)
          .int32(field.typeModifier)
          .int16(field.format),
      ),
  },
}

function copyCodec<Message extends CopyResponse>(
  code: number,
  message: (copy: CopyResponse) => Message,
): Codec<Message> {
  return {
    code,
    read: body => message({ format: readFormatByte(body), columnFormats: readList(body, () => readFormat(body)) }),
    write(out, copy) {
      out.byte(copy.format)
      writeList(out, copy.columnFormats, format => out.int16(format))
    },
  }
}

function readErrorFields(body: ByteReader): ErrorFields {
  const fields = new Map<string, string>()
  for (let letter = body.byte(); letter !== 0; letter = body.byte()) {
    fields.set(String.fromCharCode(letter), body.string())
  }
  return fields
}

function writeErrorFields(out: ByteWriter, fields: ErrorFields): void {
  for (const [letter, text] of fields) out.byte(letter.charCodeAt(0)).string(text)
  out.byte(0)
}

function readOptionCount(body: ByteReader): number {
  const count = body.int32()
  // Each option takes at least its zero byte, so a larger count is a lie that would cost memory.
  if (count < 0 || count > body.remaining) throw new ProtocolViolation('WIRE_VALUE_INVALID', `option count ${count}`)
  return count
}

function readStatus(body: ByteReader): ReadyForQuery['status'] {
  const byte = body.byte()
  if (byte === TransactionStatus.Idle) return 'I'
  if (byte === TransactionStatus.InTransaction) return 'T'
  if (byte === TransactionStatus.Failed) return 'E'
  throw new ProtocolViolation('WIRE_VALUE_INVALID', `transaction status ${byte}`)
}
