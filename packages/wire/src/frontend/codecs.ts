import type { ByteReader } from '../byte-reader.js'
import { type CodecTable, emptyCodec, readList, writeList } from '../codec.js'
import { FrontendCode as Code } from '../codes.js'
import { readFormat } from '../format-code.js'
import { ProtocolViolation } from '../protocol-violation.js'
import type { FrontendMessage, ObjectKind } from './messages.js'

/** Every frontend message in both directions. A table: one row per message. */
export const frontendCodecs: CodecTable<FrontendMessage> = {
  Bind: {
    code: Code.Bind,
    read: body => ({
      name: 'Bind',
      portal: body.string(),
      statement: body.string(),
      parameterFormats: readList(body, () => readFormat(body)),
      values: readList(body, () => body.value()),
      resultFormats: readList(body, () => readFormat(body)),
    }),
    write(out, bind) {
      out.string(bind.portal).string(bind.statement)
      writeList(out, bind.parameterFormats, format => out.int16(format))
      writeList(out, bind.values, value => out.value(value))
      writeList(out, bind.resultFormats, format => out.int16(format))
    },
  },
  Close: {
    code: Code.Close,
    read: body => ({ name: 'Close', kind: readKind(body), object: body.string() }),
    write: (out, close) => out.byte(close.kind.charCodeAt(0)).string(close.object),
  },
  CopyData: {
    code: Code.CopyData,
    read: body => ({ name: 'CopyData', data: body.rest() }),
    write: (out, copy) => out.bytes(copy.data),
  },
  CopyDone: emptyCodec(Code.CopyDone, { name: 'CopyDone' }),
  CopyFail: {
    code: Code.CopyFail,
    read: body => ({ name: 'CopyFail', message: body.string() }),
    write: (out, copy) => out.string(copy.message),
  },
  Describe: {
    code: Code.Describe,
    read: body => ({ name: 'Describe', kind: readKind(body), object: body.string() }),
    write: (out, describe) => out.byte(describe.kind.charCodeAt(0)).string(describe.object),
  },
  Execute: {
    code: Code.Execute,
    read: body => ({ name: 'Execute', portal: body.string(), maxRows: body.int32() }),
    write: (out, execute) => out.string(execute.portal).int32(execute.maxRows),
  },
  Flush: emptyCodec(Code.Flush, { name: 'Flush' }),
  FunctionCall: {
    code: Code.FunctionCall,
    read: body => ({
      name: 'FunctionCall',
      functionOid: body.uint32(),
      argumentFormats: readList(body, () => readFormat(body)),
      values: readList(body, () => body.value()),
      resultFormat: readFormat(body),
    }),
    write(out, call) {
      out.uint32(call.functionOid)
      writeList(out, call.argumentFormats, format => out.int16(format))
      writeList(out, call.values, value => out.value(value))
      out.int16(call.resultFormat)
    },
  },
  Parse: {
    code: Code.Parse,
    read: body => ({
      name: 'Parse',
      statement: body.string(),
      text: body.string(),
      parameterTypes: readList(body, () => body.uint32()),
    }),
    write(out, parse) {
      out.string(parse.statement).string(parse.text)
      writeList(out, parse.parameterTypes, type => out.uint32(type))
    },
  },
  PasswordMessage: {
    code: Code.PasswordMessage,
    read: body => ({ name: 'PasswordMessage', password: body.string() }),
    write: (out, message) => out.string(message.password),
  },
  Query: {
    code: Code.Query,
    read: body => ({ name: 'Query', text: body.string() }),
    write: (out, query) => out.string(query.text),
  },
  SASLInitialResponse: {
    code: Code.PasswordMessage,
    read: body => ({ name: 'SASLInitialResponse', mechanism: body.string(), data: body.value() }),
    write: (out, response) => out.string(response.mechanism).value(response.data),
  },
  SASLResponse: {
    code: Code.PasswordMessage,
    read: body => ({ name: 'SASLResponse', data: body.rest() }),
    write: (out, response) => out.bytes(response.data),
  },
  Sync: emptyCodec(Code.Sync, { name: 'Sync' }),
  Terminate: emptyCodec(Code.Terminate, { name: 'Terminate' }),
}

function readKind(body: ByteReader): ObjectKind {
  const byte = body.byte()
  if (byte === 0x53) return 'S'
  if (byte === 0x50) return 'P'
  throw new ProtocolViolation('WIRE_VALUE_INVALID', `byte ${byte} instead of S or P`)
}
