# What typeshed hides or says otherwise than Python and its documentation, as stubs that are read before its own.
# `#: module` begins a module. A class without bases adds to the one of typeshed.

#: typing
# Typeshed gives these to type checkers as special forms, some as classes of newer versions only.
import collections
_CallableP = ParamSpec("_CallableP")
_CallableT = TypeVar("_CallableT")
class Callable(Protocol[_CallableP, _CallableT]):
    def __call__(self, *args: _CallableP.args, **kwargs: _CallableP.kwargs) -> _CallableT: ...
class ByteString(Sequence[int]): ...
class Generic: ...
class Protocol(Generic): ...
class TypedDict(dict[str, Any]): ...
Tuple = tuple
Type = type
List = list
Dict = dict
DefaultDict = collections.defaultdict
Set = set
FrozenSet = frozenset
Counter = collections.Counter
Deque = collections.deque
ChainMap = collections.ChainMap
OrderedDict = collections.OrderedDict

#: sys
# Typeshed says `TextIO`, since code may put anything there. It is a text file until then, and documented as one.
from io import TextIOWrapper
stdin: TextIOWrapper
stdout: TextIOWrapper
stderr: TextIOWrapper
__stdin__: TextIOWrapper
__stdout__: TextIOWrapper
__stderr__: TextIOWrapper

#: sys._jit
# Since 3.14; typeshed has no stub for it.
import sys
if sys.version_info >= (3, 14):
    def is_available() -> bool: ...
    def is_enabled() -> bool: ...
    def is_active() -> bool: ...

#: multiprocessing
# Methods of the default context, documented as the classes of which they make instances.
from multiprocessing.pool import Pool as Pool
from multiprocessing.synchronize import (
    Barrier as Barrier,
    BoundedSemaphore as BoundedSemaphore,
    Condition as Condition,
    Event as Event,
    Lock as Lock,
    RLock as RLock,
    Semaphore as Semaphore,
)

#: threading
# An undocumented name that old code uses.
LockType = Lock

#: hashlib
# What `hashlib.sha256()` gives has a name that code can only get by asking for its type.
from _hashlib import HASH as HASH

#: urllib.request
# Typeshed says `Any`, since other schemes give other things; what people open is `http:` and `https:`.
from http.client import HTTPResponse
def urlopen(url: str | Request, data: Any = None, timeout: float | None = ..., *, context: Any = None) -> HTTPResponse: ...

#: os
# New in 3.15.
RWF_ATOMIC: int
RWF_DONTCACHE: int
STATX_DIO_READ_ALIGN: int
STATX_SUBVOL: int
STATX_WRITE_ATOMIC: int
class statx_result:
    @property
    def stx_atomic_write_segments_max(self) -> int | None: ...
    @property
    def stx_atomic_write_unit_max(self) -> int | None: ...
    @property
    def stx_atomic_write_unit_max_opt(self) -> int | None: ...
    @property
    def stx_atomic_write_unit_min(self) -> int | None: ...
    @property
    def stx_dio_read_offset_align(self) -> int | None: ...
    @property
    def stx_subvol(self) -> int | None: ...

#: socket
# New in 3.15.
SO_PASSRIGHTS: int

#: readline
# New in 3.15.
from collections.abc import Callable
def get_pre_input_hook() -> Callable[[], object] | None: ...

#: fcntl
# New in 3.15.
F_DUPFD_QUERY: int
