"""The instruction set, closed in schema 1. Importing this package fills the register."""

from .arithmetic import *  # noqa: F403
from .box import *  # noqa: F403
from .call import *  # noqa: F403
from .closure import *  # noqa: F403
from .collection import *  # noqa: F403
from .compare import *  # noqa: F403
from .constant import *  # noqa: F403
from .control import *  # noqa: F403
from .convert import *  # noqa: F403
from .error import *  # noqa: F403
from .ownership import *  # noqa: F403
